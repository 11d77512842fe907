package stock

// Regions lists the countries, the home of the organisation first.
var Regions = []*Region{
	people(Region{Code: "SE", Country: "Sweden", Language: "sv-SE", join: " ", Cities: []City{
		{"Uppsala", "753 10", "+46 18", "Norrskensgatan"}, {"Luleå", "972 31", "+46 920", "Isbrytargatan"},
	}},
		"Astrid Ebba Linnéa Saga Tove Märta Åsa Ylva Sigrid Maj Elin Ronja Frida Tyra",
		"Åke Björn Nils Östen Gustav Ragnar Sixten Viggo Måns Torsten Elof Håkan Jörgen Loke",
		"Åkerblom Björkdal Sjögren Nordfält Ekstrand Lindhage Hägglund Öberg Stenvik Ahlsten Granvik Rönnlund Sandelin "+
			"Tallberg Westerdal Fjällström Nyhage Dalkvist Ängby Holmstrand Kvarnlund Söderhage Malmvik Vikander"),
	people(Region{Code: "PL", Country: "Poland", Language: "pl-PL", join: " ", Cities: []City{
		{"Gdańsk", "80-205", "+48 58", "ulica Zorzy"}, {"Wrocław", "50-010", "+48 71", "ulica Świetlna"},
	}},
		"Agnieszka Bożena Celina Dorota Grażyna Jadwiga Kinga Łucja Małgorzata Oliwia Róża Wanda Zuzanna Żaneta",
		"Bogdan Cezary Dariusz Grzegorz Jędrzej Kacper Łukasz Mieczysław Przemysław Radosław Stanisław Wojciech Zbigniew Paweł",
		"Wiśniarski/Wiśniarska Kościelny/Kościelna Dąbkowski/Dąbkowska Łąkowski/Łąkowska Grzybowicz Świerczek Jabłonkiewicz "+
			"Kołodziejak Mroziński/Mrozińska Niedźwiecki/Niedźwiecka Ogórkowicz Pszczółka Różański/Różańska Sokołowicz "+
			"Szczepkowski/Szczepkowska Tarnogórski/Tarnogórska Włodarczuk Wróblewicz Zagórny/Zagórna Żurawik "+
			"Ćwikliński/Ćwiklińska Bębenek Ciesielczyk Leśniakowicz"),
	people(Region{Code: "NL", Country: "Netherlands", Language: "nl-NL", join: " ", Cities: []City{
		{"Leiden", "2311 EZ", "+31 71", "Poollichtkade"}, {"Enschede", "7511 JE", "+31 53", "Weverspad"},
	}},
		"Anouk Fenna Jorinde Maaike Sanne Tessel Wietske Liesbeth Noor Roos Marijke Femke Hilde Doortje",
		"Bas Daan Gijs Jelle Joost Koen Maarten Pim Ruben Sjoerd Teun Wessel Zeger Floris",
		"van_den_Heuvelink de_Wittenaar ter_Horstman Brouwink Dijkgraaf Veenendal Hoekzema van_der_Laanstra Kuipersma "+
			"Mulderink Oosterling Postuma Rietveen Schaapman Terpstra Uitenberg Vossink Wielinga Zijlmans Boonacker Dekkinga "+
			"Eikelenbos Haverkamp Lammertse"),
	people(Region{Code: "DE", Country: "Germany", Language: "de-DE", join: " ", Cities: []City{
		{"Jena", "07743", "+49 3641", "Polarlichtweg"}, {"Aachen", "52062", "+49 241", "Prüfstandgasse"},
	}},
		"Anneliese Brunhild Dörte Frauke Gudrun Heike Jördis Käthe Lieselotte Mechthild Ruth Ulrike Wiebke Ottilie",
		"Albrecht Burkhard Detlef Eckart Friedhelm Götz Hartmut Jürgen Klaus Lüder Ottmar Rüdiger Sönke Wendelin",
		"Ackerknecht Büttenbach Cordsen Dünkelberg Eichstätter Fährmann Großhans Hülsebusch Immendorf Jäckle Köhlbrand "+
			"Lüttmann Möllering Nüßlein Oelschläger Pfäffle Querfurth Rößling Söhnlein Tröndle Überlacker Vöhringer "+
			"Weißhaupt Schönefeldt"),
	people(Region{Code: "CZ", Country: "Czechia", Language: "cs-CZ", join: " ", Cities: []City{
		{"Brno", "602 00", "+420 5", "Hvězdná"}, {"Olomouc", "779 00", "+420 58", "Sluneční"},
	}},
		"Alžběta Bára Dagmar Eliška Hedvika Jiřina Květa Ludmila Markéta Naděžda Růžena Šárka Věra Zdeňka",
		"Bohumil Ctibor Dušan Jiří Kryštof Lubomír Matěj Oldřich Přemysl Radek Šimon Tomáš Václav Zdeněk",
		"Krejčík/Krejčíková Hřebec/Hřebcová Čapkovský/Čapkovská Dvořáček/Dvořáčková Říhovský/Říhovská Šťastník/Šťastníková "+
			"Kubíšek/Kubíšková Vondrášek/Vondrášková Žižlavský/Žižlavská Mlynařík/Mlynaříková Pospíchal/Pospíchalová "+
			"Tůmovec/Tůmovcová Zahradil/Zahradilová Bělohrad/Bělohradová Černohouz/Černohouzová Doležílek/Doležílková "+
			"Havránek/Havránková Jirásko/Jirásková Kadlecký/Kadlecká Ledvinka/Ledvinková Nezbedný/Nezbedná "+
			"Ovčačík/Ovčačíková Petržela/Petrželová Skřivan/Skřivanová"),
	people(Region{Code: "TR", Country: "Türkiye", Language: "tr-TR", join: " ", Cities: []City{
		{"İzmir", "35210", "+90 232", "Kuzey Işığı Sokağı"}, {"Eskişehir", "26120", "+90 222", "Çınaraltı Sokağı"},
	}},
		"Ayşe Çiğdem Defne Elif Gülşen Hatice İpek Kübra Melek Nurgül Özlem Pınar Şule Zeynep",
		"Barış Cem Doğan Emre Fırat Gökhan Hüseyin İlker Kağan Mert Oğuz Ömer Selçuk Yiğit",
		"Akçakaya Bağcıoğlu Çelikkol Demirgöz Erdoğmuş Fındıklı Gümüşay Irmaklı İnceoğlu Karadağlı Kılıçkan Mutluer "+
			"Nalbantoğlu Özyıldız Parlakgün Sarıçiçek Şahinkaya Taşçıoğlu Uçarsu Ünalmış Yağmurlu Yıldızhan Zeytinci "+
			"Balıkçıoğlu"),
	people(Region{Code: "GR", Country: "Greece", Language: "el-GR", join: " ", Cities: []City{
		{"Θεσσαλονίκη", "546 22", "+30 231", "Οδός Σέλαος"}, {"Πάτρα", "262 21", "+30 261", "Οδός Αυγής"},
	}},
		"Ελένη=Eleni Δήμητρα=Dimitra Φωτεινή=Foteini Αικατερίνη=Aikaterini Χρυσούλα=Chrysoula Ιωάννα=Ioanna Καλλιόπη=Kalliopi "+
			"Μαρίνα=Marina Νεφέλη=Nefeli Παναγιώτα=Panagiota Σοφία=Sofia Θεοδώρα=Theodora Ευγενία=Evgenia Ζωή=Zoi",
		"Αλέξανδρος=Alexandros Βασίλης=Vasilis Γιώργος=Giorgos Δημήτρης=Dimitris Ηλίας=Ilias Θανάσης=Thanasis Κώστας=Kostas "+
			"Λευτέρης=Lefteris Μιχάλης=Michalis Νίκος=Nikos Παύλος=Pavlos Σταύρος=Stavros Σπύρος=Spyros Χρήστος=Christos",
		"Παπαδάκης=Papadakis/Παπαδάκη=Papadaki Γεωργαλάς=Georgalas/Γεωργαλά=Georgala Καραμανώλης=Karamanolis/Καραμανώλη=Karamanoli "+
			"Νικολάου=Nikolaou Οικονόμου=Oikonomou Δημητρακάκης=Dimitrakakis/Δημητρακάκη=Dimitrakaki Αλεξίου=Alexiou "+
			"Βλαχάκης=Vlachakis/Βλαχάκη=Vlachaki Θεοχάρης=Theocharis/Θεοχάρη=Theochari Ιωαννίδης=Ioannidis/Ιωαννίδου=Ioannidou "+
			"Κοντογιώργης=Kontogiorgis/Κοντογιώργη=Kontogiorgi Λαμπράκος=Lamprakos/Λαμπράκου=Lamprakou "+
			"Μαυρομάτης=Mavromatis/Μαυρομάτη=Mavromati Ξενάκος=Xenakos/Ξενάκου=Xenakou Πετράκης=Petrakis/Πετράκη=Petraki "+
			"Ρουσέλης=Rouselis/Ρουσέλη=Rouseli Σαμαράκης=Samarakis/Σαμαράκη=Samaraki Τριανταφύλλου=Triantafyllou "+
			"Φραγκάκης=Fragkakis/Φραγκάκη=Fragkaki Χατζηλίας=Chatzilias/Χατζηλία=Chatzilia Ψαράκης=Psarakis/Ψαράκη=Psaraki "+
			"Ζαχαρίου=Zachariou Ευθυμίου=Efthymiou Αθανασάκης=Athanasakis/Αθανασάκη=Athanasaki"),
	people(Region{Code: "BG", Country: "Bulgaria", Language: "bg-BG", join: " ", Cities: []City{
		{"София", "1000", "+359 2", "улица Сияние"}, {"Пловдив", "4000", "+359 32", "улица Изгрев"},
	}},
		"Бояна=Boyana Весела=Vesela Гергана=Gergana Десислава=Desislava Елица=Elitsa Живка=Zhivka Ивайла=Ivayla Калина=Kalina "+
			"Лиляна=Lilyana Невена=Nevena Радост=Radost Силвия=Silviya Цветана=Tsvetana Яна=Yana",
		"Асен=Asen Божидар=Bozhidar Владимир=Vladimir Георги=Georgi Димитър=Dimitar Емил=Emil Захари=Zahari Иван=Ivan "+
			"Красимир=Krasimir Любомир=Lyubomir Момчил=Momchil Огнян=Ognyan Пламен=Plamen Тодор=Todor",
		"Ангелов=Angelov/+а=a Борисов=Borisov/+а=a Василев=Vasilev/+а=a Горанов=Goranov/+а=a Дончев=Donchev/+а=a Енчев=Enchev/+а=a "+
			"Желязков=Zhelyazkov/+а=a Златев=Zlatev/+а=a Илиев=Iliev/+а=a Каменов=Kamenov/+а=a Лазаров=Lazarov/+а=a "+
			"Манолов=Manolov/+а=a Найденов=Naydenov/+а=a Огнянов=Ognyanov/+а=a Пеев=Peev/+а=a Райков=Raykov/+а=a "+
			"Симеонов=Simeonov/+а=a Тончев=Tonchev/+а=a Узунов=Uzunov/+а=a Филипов=Filipov/+а=a Хаджиев=Hadzhiev/+а=a "+
			"Цанков=Tsankov/+а=a Чавдаров=Chavdarov/+а=a Шопов=Shopov/+а=a"),
	people(Region{Code: "IT", Country: "Italy", Language: "it-IT", join: " ", Cities: []City{
		{"Torino", "10121", "+39 011", "via dell'Aurora"}, {"Trieste", "34121", "+39 040", "via del Faro Nuovo"},
	}},
		"Chiara Donatella Fiorenza Ginevra Ilaria Lucrezia Mirella Ornella Rosalba Serena Tiziana Viola Zoe Agnese",
		"Alessio Brando Cosimo Dario Ettore Fabrizio Gaspare Iacopo Lapo Manlio Nicolò Orlando Pasquale Raimondo",
		"D'Arbanese Belcastelli Cavalloni Dellavigna Fornarini Gherardelli Lombraschi Montecorvi Nervesani Olivadri Pellegrisi "+
			"Quattrofoglie Rocchetani Santamonti Torrigani Vaccarelli Zambrolli De_Sanctoris Ferravecchia Malaspini Orsegna "+
			"Piovanelli Scarlassi Travaglioni"),
	people(Region{Code: "FR", Country: "France", Language: "fr-FR", join: " ", Cities: []City{
		{"Grenoble", "38000", "+33 4", "rue de l'Arc-Boréal"}, {"Besançon", "25000", "+33 3", "rue des Horloges"},
	}},
		"Aurélie Bérénice Céleste Édith Françoise Geneviève Hélène Joëlle Maëlle Noémie Océane Renée Solène Zoé",
		"Aurélien Benoît Cédric Désiré Étienne François Gaëtan Hervé Jérôme Loïc Maël Noël Rémi Thibault",
		"Beauchesne Brisemure Chênevert Desroseaux Duvallois Escoffiers Fontbrune Grandclément Hautecloche Jolivard L'Hermineau "+
			"Malaurie Montfleury Noirmoutin Orvilliers Prévaudeau Quéméneur Rochegrise Sainteclaire Têtefort Vauxbrun "+
			"Viellefond Dugarenne Clairambeau"),
	people(Region{Code: "GB", Country: "United Kingdom", Language: "en-GB", join: " ", Cities: []City{
		{"Durham", "DH1 3LE", "+44 191", "Skylight Lane"}, {"Dundee", "DD1 4HN", "+44 1382", "Lantern Wynd"},
	}},
		"Abigail Beatrix Cordelia Edith Harriet Imogen Jessamy Leonora Maud Nell Philippa Rosalind Tabitha Winifred",
		"Alistair Barnaby Crispin Dunstan Edmund Fergus Gilbert Hamish Jolyon Lachlan Piers Rupert Tobias Wilfred",
		"O'Harrow Ashdown Birkenshaw Carrowmore Duckworthy Elverton Fairweather Greywood Hollingbrook Inglethorpe Kettlewell "+
			"Larkspur Merriman Netherby Oakhampton Pennyfarthing Quillfeather Ravenscraig Summerhaye Thistlewood Underhill "+
			"Wetherfield Yarborrow Smythe-Aldane"),
	people(Region{Code: "VN", Country: "Vietnam", Language: "vi-VN", join: " ", reverse: true, Cities: []City{
		{"Hà Nội", "100000", "+84 24", "Phố Cực Quang"}, {"Đà Nẵng", "550000", "+84 236", "Đường Bình Minh"},
	}},
		"Minh_Anh Thu_Hà Bảo_Ngọc Phương_Linh Kim_Oanh Mai_Lan Hồng_Nhung Thanh_Trúc Diệu_Hiền Quỳnh_Chi Ánh_Tuyết Yến_Nhi "+
			"Khánh_Vy Thùy_Dương",
		"Đức_Huy Quang_Vinh Hoàng_Long Tuấn_Kiệt Văn_Phúc Gia_Bảo Mạnh_Cường Hữu_Thắng Nhật_Tân Công_Danh Trung_Hiếu Đình_Sơn "+
			"Xuân_Lộc Bá_Khôi",
		"Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mạc Tạ Quách Tống Lương Châu Thái Kiều"),
	people(Region{Code: "IL", Country: "Israel", Language: "he-IL", join: " ", Cities: []City{
		{"חיפה", "3109601", "+972 4", "רחוב הזוהר"}, {"רחובות", "7610001", "+972 8", "רחוב השחר"},
	}},
		"אביגיל=Avigail בתיה=Batya גלית=Galit דפנה=Dafna הדס=Hadas ורד=Vered חגית=Hagit טליה=Talya יעל=Yael כרמית=Karmit "+
			"לירון=Liron מירב=Merav נעמה=Naama שירה=Shira",
		"אביב=Aviv ברק=Barak גדעון=Gideon דורון=Doron זיו=Ziv חנן=Hanan יותם=Yotam לביא=Lavi מתן=Matan נדב=Nadav עידו=Ido "+
			"צור=Tzur רועי=Roi תומר=Tomer",
		"אורן=Oren ברקאי=Barkai גלבוע=Gilboa דגן=Dagan הרמתי=Harmati זמירי=Zamiri חרמוני=Hermoni טל-אור=Tal-Or יערי=Yaari "+
			"כרמלי=Carmeli לבנוני=Levanoni מרגלית=Margalit נחלאי=Nahlai סלעי=Selai ענבלי=Inbali פרחי=Parhi צפריר=Tzafrir "+
			"קדמוני=Kadmoni רותמי=Rotami שקמוני=Shikmoni תבורי=Tavori אלמוגי=Almogi בן-שחר=Ben-Shahar ערבתי=Aravati"),
	people(Region{Code: "JO", Country: "Jordan", Language: "ar-JO", join: " ", Cities: []City{
		{"عمّان", "11118", "+962 6", "شارع الشفق"}, {"إربد", "21110", "+962 2", "شارع الفجر"},
	}},
		"أمل=Amal بسمة=Basma جميلة=Jamila دلال=Dalal رانيا=Rania زينة=Zeina سلمى=Salma شيماء=Shaimaa عبير=Abeer غادة=Ghada "+
			"ليلى=Layla مريم=Maryam نور=Nour هدى=Huda",
		"أحمد=Ahmad باسم=Basem جمال=Jamal حسام=Husam خالد=Khaled رامي=Rami زياد=Ziad سامر=Samer طارق=Tareq عمر=Omar فادي=Fadi "+
			"كريم=Karim ماجد=Majed يوسف=Yousef",
		"الحدادين=Haddadin العجلوني=Ajlouni النجاري=Najjari الخطيبي=Khatibi الزعبلاوي=Zaablawi السرحاني=Sarhani الشمالي=Shamali "+
			"الصباغي=Sabbaghi الطحاني=Tahhani العوادي=Awwadi الغزاوي=Ghazzawi الفارسي=Farisi القاسمي=Qasimi الكيلاني=Kilani "+
			"اللوزي=Lawzi المنصوري=Mansouri النابلسي=Nabulsi الوادي=Wadi اليماني=Yamani البستاني=Bustani التميمي=Tamimi "+
			"الجبالي=Jabali الدباسي=Dabbasi الرفاعي=Rifai"),
	people(Region{Code: "IN", Country: "India", Language: "hi-IN", join: " ", Cities: []City{
		{"पुणे", "411004", "+91 20", "अरुणोदय मार्ग"}, {"भोपाल", "462001", "+91 755", "प्रभात मार्ग"},
	}},
		"अनन्या=Ananya आरती=Aarti कविता=Kavita गौरी=Gauri जया=Jaya दीपा=Deepa निशा=Nisha पूजा=Pooja प्रिया=Priya मीरा=Meera "+
			"राधिका=Radhika लता=Lata वंदना=Vandana सीमा=Seema",
		"अमित=Amit अर्जुन=Arjun करण=Karan गणेश=Ganesh देव=Dev नितिन=Nitin प्रकाश=Prakash मोहन=Mohan रवि=Ravi राहुल=Rahul "+
			"विजय=Vijay संजय=Sanjay सुरेश=Suresh हरीश=Harish",
		"शर्मा=Sharma वर्मा=Verma गुप्ता=Gupta जोशी=Joshi पाटिल=Patil देसाई=Desai कुलकर्णी=Kulkarni मेहता=Mehta नायर=Nair "+
			"रेड्डी=Reddy सिंह=Singh यादव=Yadav चौहान=Chauhan मिश्रा=Mishra पांडेय=Pandey त्रिवेदी=Trivedi भट्ट=Bhatt अय्यर=Iyer "+
			"ठाकुर=Thakur राठौर=Rathore सक्सेना=Saxena अग्रवाल=Agarwal बनर्जी=Banerjee घोष=Ghosh"),
	people(Region{Code: "JP", Country: "Japan", Language: "ja-JP", join: " ", reverse: true, Cities: []City{
		{"名古屋市", "460-0008", "+81 52", "極光通り"}, {"仙台市", "980-0811", "+81 22", "朝凪町"},
	}},
		"結衣=Yui 美咲=Misaki 陽菜=Hina 桜子=Sakurako 千尋=Chihiro 真由=Mayu 彩香=Ayaka 恵美=Emi 直子=Naoko 涼子=Ryoko 花音=Kanon "+
			"紗希=Saki 由紀=Yuki 智子=Tomoko",
		"翔太=Shota 健一=Kenichi 大輔=Daisuke 拓海=Takumi 悠斗=Yuto 浩二=Koji 誠=Makoto 隆=Takashi 直樹=Naoki 亮介=Ryosuke "+
			"一馬=Kazuma 哲也=Tetsuya 光=Hikaru 龍之介=Ryunosuke",
		"佐々木=Sasaki 高橋=Takahashi 渡部=Watanabe 小松=Komatsu 石田=Ishida 森本=Morimoto 清水=Shimizu 松岡=Matsuoka 青木=Aoki "+
			"藤井=Fujii 岡田=Okada 原田=Harada 中野=Nakano 大西=Onishi 柴田=Shibata 宮本=Miyamoto 菊地=Kikuchi 野村=Nomura "+
			"杉山=Sugiyama 桜井=Sakurai 北川=Kitagawa 白石=Shiraishi 水谷=Mizutani 黒川=Kurokawa"),
	people(Region{Code: "CN", Country: "China", Language: "zh-CN", reverse: true, Cities: []City{
		{"成都", "610041", "+86 28", "极光路"}, {"大连", "116011", "+86 411", "晨曦街"},
	}},
		"晓雯=Xiaowen 丽娜=Lina 静怡=Jingyi 雪梅=Xuemei 婷婷=Tingting 思涵=Sihan 佳慧=Jiahui 梦琪=Mengqi 春燕=Chunyan 玉兰=Yulan "+
			"欣悦=Xinyue 若曦=Ruoxi 海霞=Haixia 美玲=Meiling",
		"建国=Jianguo 志强=Zhiqiang 浩然=Haoran 明辉=Minghui 子轩=Zixuan 文博=Wenbo 俊杰=Junjie 国栋=Guodong 天宇=Tianyu 海涛=Haitao "+
			"立新=Lixin 伟东=Weidong 嘉诚=Jiacheng 永康=Yongkang",
		"王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang 周=Zhou 吴=Wu 徐=Xu 孙=Sun 胡=Hu 朱=Zhu 高=Gao 林=Lin "+
			"何=He 郭=Guo 马=Ma 罗=Luo 梁=Liang 宋=Song 郑=Zheng 谢=Xie"),
}
