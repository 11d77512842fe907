package stock

// Company is the organisation that the sample is about.
const Company = "Aurora"

// Department is a part of the organisation with the work that is done there.
type Department struct {
	Name   string
	Weight int // how many of 320 people work there
	Titles []string
}

// Departments lists the parts of the organisation.
var Departments = []Department{
	{"Executive Office", 5, []string{"Chief of Staff", "Executive Assistant", "Programme Coordinator"}},
	{"Research", 80, []string{
		"Atmospheric Physicist", "Optics Researcher", "Data Scientist", "Laboratory Technician", "Doctoral Researcher",
		"Instrument Scientist",
	}},
	{"Engineering", 70, []string{
		"Firmware Engineer", "Mechanical Engineer", "Optical Engineer", "Software Engineer", "Systems Architect", "Test Engineer",
	}},
	{"Manufacturing", 40, []string{"Assembly Technician", "Cleanroom Operator", "Production Planner", "Calibration Technician"}},
	{"Sales", 25, []string{"Account Manager", "Bid Manager", "Sales Engineer"}},
	{"Customer Care", 25, []string{"Field Service Engineer", "Support Specialist", "Training Specialist"}},
	{"IT Operations", 18, []string{"Identity Engineer", "Network Engineer", "Service Desk Analyst", "Systems Administrator"}},
	{"Finance", 15, []string{"Accountant", "Controller", "Purchaser"}},
	{"People and Culture", 12, []string{"Payroll Specialist", "Recruiter", "Learning Advisor"}},
	{"Quality", 12, []string{"Quality Auditor", "Safety Engineer"}},
	{"Product", 12, []string{"Product Manager", "Technical Writer", "Interaction Designer"}},
	{"Legal", 6, []string{"Counsel", "Patent Specialist", "Privacy Officer"}},
}
