package graphapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestProvisioning2_3_X13_TheTargetBlockIsASettingOfTheJob(t *testing.T) {
	s := newStory(t)
	const shown = `{"name":"AzureIngestionAttributeOptimization","value":"False"},{"name":"LookaheadQueryEnabled","value":"False"},` +
		`{"name":"QuarantineTooManyDeletesThreshold","value":"500"}`
	s.source.do("GET "+s.job, "").has("synchronizationJobSettings", `[`+shown+`]`)
	patch := func(settings string) *reply {
		return s.source.do("PATCH "+s.job, `{"synchronizationJobSettings":`+settings+`}`)
	}
	patch(`[{"name":"targetBlock","value":"overwrite"}]`).empty()
	const overwrite = `[` + shown + `,{"name":"targetBlock","value":"overwrite"}]`
	s.source.do("GET "+s.job, "").has("synchronizationJobSettings", overwrite)
	patch(`[]`).empty()
	for _, wrong := range []string{
		`[{"name":"targetBlock","value":"sometimes"}]`, `[{"name":"LookaheadQueryEnabled","value":"True"}]`, `{"targetBlock":"keep"}`, `null`,
		`[{"name":"targetBlock","value":"keep"},{"name":"targetBlock","value":"overwrite"}]`,
	} {
		patch(wrong).is(http.StatusBadRequest)
	}
	s.source.do("PATCH "+s.job, `{"templateId":"other"}`).is(http.StatusBadRequest)
	s.source.do("GET "+s.job, "").has("synchronizationJobSettings", overwrite)
	patch(`[{"name":"targetBlock","value":null}]`).empty()
	s.source.do("GET "+s.job, "").has("synchronizationJobSettings", `[`+shown+`]`)
}

func TestProvisioning3_8_TheSchemaListsTheExtensionsOfPeople(t *testing.T) {
	s := newStory(t)
	app, prefix := s.source.app("HR")
	s.source.define(app, "badge", "String")
	s.source.define(app, "floor", "Integer")
	s.source.define(app, "remote", "Boolean")
	s.source.define(app, "languages", "String", "isMultiValued", true)
	s.source.define(app, "room", "String", "targetObjects", []string{"Group"})
	foreign, _ := s.target.app("HR")
	s.target.define(foreign, "foreign", "String")
	path := s.job + "/schema"
	list := func(directory string) (names []string) {
		for _, a := range s.source.do("GET "+path, "").is(http.StatusOK).at("directories." + directory + ".objects.0.attributes").([]any) {
			if name := at(a, "name").(string); strings.HasPrefix(name, "extension_") {
				names = append(names, strings.TrimPrefix(name, prefix)+" "+at(a, "type").(string))
			}
		}
		return names
	}
	equal(t, "of the source", list("0"), []string{"badge String", "floor Integer", "remote Boolean"})
	equal(t, "of the target", len(list("1")), 0)
	s.source.do("PUT "+path, s.source.do("GET "+path, "").text).empty()
	s.source.define(app, "later", "String")
	if slices.Contains(list("0"), "later String") {
		t.Error("a schema that was saved has changed by itself")
	}
}
