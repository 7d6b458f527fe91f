// What the example data is put together from: parts of names, provinces, and what cases are about.
// SPDX-License-Identifier: Apache-2.0
#pragma once

// ---- parts of names, in Latin and Lao letters --------------------------------------------------
typedef struct {
    const char *latin, *lao;
} Part;
static const Part women_given[] = {
    {"Bouavanh", "ບົວວັນ"},        {"Chanthala", "ຈັນທະລາ"},   {"Dalavone", "ດາລາວອນ"},
    {"Keomany", "ແກ້ວມະນີ"},       {"Khamla", "ຄຳຫຼ້າ"},        {"Latdavanh", "ລັດດາວັນ"},
    {"Malaythong", "ມາໄລທອງ"},   {"Manichanh", "ມະນີຈັນ"},    {"Phetsamone", "ເພັດສະໝອນ"},
    {"Phonesavanh", "ພອນສະຫວັນ"}, {"Sengdeuane", "ແສງເດືອນ"}, {"Soukphaphone", "ສຸກພາພອນ"},
    {"Thongvanh", "ທອງວັນ"},      {"Vilayphone", "ວິໄລພອນ"},  {"Viengsavanh", "ວຽງສະຫວັນ"},
    {"Chansouda", "ຈັນສຸດາ"},      {"Daovy", "ດາວວີ"},         {"Onchanh", "ອ່ອນຈັນ"},
    {"Palamy", "ປາລະມີ"},         {"Souliphone", "ສຸລິພອນ"},   {"Bounhom", "ບຸນຫອມ"},
    {"Kesone", "ເກສອນ"},         {"Nangnoy", "ນາງນ້ອຍ"},     {"Amphayvanh", "ອຳໄພວັນ"},
};
static const Part men_given[] = {
    {"Bounthavy", "ບຸນທະວີ"}, {"Khampheng", "ຄຳແພງ"}, {"Somsanith", "ສົມສະນິດ"}, {"Phouthone", "ພູທອນ"},
    {"Vilasack", "ວິລະສັກ"},  {"Sisouphanh", "ສີສຸພັນ"}, {"Thongdeng", "ທອງແດງ"}, {"Xaysana", "ໄຊຊະນະ"},
    {"Oudone", "ອຸດອນ"},     {"Kongsy", "ກອງສີ"},     {"Khamsone", "ຄຳສອນ"},   {"Souvanh", "ສຸວັນ"},
    {"Anousone", "ອານຸສອນ"}, {"Bounlap", "ບຸນລາບ"},   {"Sengphet", "ແສງເພັດ"},  {"Lattana", "ລັດຕະນະ"},
};
static const Part family_first[] = {
    {"Phomma", "ພົມມາ"},  {"Inthi", "ອິນທິ"},      {"Chanda", "ຈັນດາ"},   {"Sida", "ສີດາ"},
    {"Keovi", "ແກ້ວວິ"},   {"Souvanna", "ສຸວັນນະ"}, {"Bounma", "ບຸນມາ"},   {"Thepha", "ເທບພະ"},
    {"Sengsou", "ແສງສຸ"}, {"Khammi", "ຄຳມີ"},     {"Louangvi", "ຫຼວງວິ"}, {"Panya", "ປັນຍາ"},
    {"Nouansi", "ນວນສີ"}, {"Oudomsi", "ອຸດົມສີ"},
};
static const Part family_last[] = {
    {"vong", "ວົງ"},   {"phone", "ພອນ"},   {"sack", "ສັກ"},   {"xay", "ໄຊ"},
    {"vilay", "ວິໄລ"}, {"many", "ມະນີ"},    {"keo", "ແກ້ວ"},   {"thong", "ທອງ"},
    {"deth", "ເດດ"},  {"lavanh", "ລາວັນ"}, {"soda", "ໂສດາ"}, {"phanh", "ພັນ"},
};
static const Part nicknames[] = {
    {"Noy", "ນ້ອຍ"}, {"Dam", "ດຳ"}, {"Nang", "ນາງ"}, {"Kai", "ໄກ່"},
    {"Tou", "ຕຸ້ຍ"},  {"Lar", "ຫຼ້າ"}, {"Jaew", "ແຈ໋ວ"}, {"Pou", "ປູ"},
};
typedef struct {
    const char *country;
    const char *women[6], *men[6], *family[7];
} Abroad;
static const Abroad abroad[] = {
    // a family of "" is somebody without a family name
    {"TH",
     {"Wanida", "Pimchan", "Rattiya", "Suda", "Orathai", "Malee"},
     {"Wichit", "Anan", "Preecha", "Somkid", "Narong", "Dech"},
     {"Saengkham", "Thongmak", "Boonruang", "Chaiphum", "Rakdee", "Jaidee", "Wongyai"}},
    {"CN",
     {"Xiulan", "Yuzhen", "Qiaoling", "Fengxia", "Meihua", "Liqin"},
     {"Jianhua", "Zhiqiang", "Guodong", "Weimin", "Haitao", "Yongfu"},
     {"Guo", "Meng", "Luo", "Peng", "Xie", "Duan", "Qiu"}},
    {"VN",
     {"Thị Mơ", "Thị Lụa", "Bích Hà", "Thu Nga", "Kim Yến", "Thị Đào"},
     {"Văn Lực", "Đình Tâm", "Quốc Bảo", "Văn Thọ", "Hữu Phước", "Xuân Sơn"},
     {"Trịnh", "Đỗ", "Lương", "Vũ", "Đặng", "Tạ", "Hà"}},
    {"MM",
     {"Khin Nilar", "Thida Moe", "Nang Hseng", "Ei Phyu", "Mya Sandar", "Su Lwin"},
     {"Kyaw Min", "Zaw Thu", "Sai Leng", "Nay Oo", "Tun Aye", "Hla Shwe"},
     {"", "", "", "", "", "", ""}},
    {"KH",
     {"Sreymom", "Bopha", "Chenda", "Kunthea", "Sophy", "Maly"},
     {"Dara", "Vuthy", "Rithy", "Sokha", "Narin", "Bora"},
     {"Keo", "Chhim", "Prak", "Yim", "Long", "Nhem", "Chheang"}},
    {"MY",
     {"Aminah", "Siti Hajar", "Roslina", "Mei Kuan", "Farah", "Noraini"},
     {"Azlan", "Kok Leong", "Rahim", "Hafiz", "Boon Teck", "Ismail"},
     {"Salleh", "Teoh", "Yusof", "Chin", "Osman", "Hamid", "Kamal"}},
};
static const char *const provinces[] = {"LA-VT", "LA-SV", "LA-CH", "LA-BK", "LA-LP", "LA-KH",
                                        "LA-VI", "LA-LM", "LA-XA", "LA-BL", "LA-OU", "LA-SL",
                                        "LA-HO", "LA-XI", "LA-AT", "LA-PH", "LA-XE", "LA-XS"};
typedef struct {
    const char *forms, *latin, *lao;
} Story;
static const Story stories[] = {
    {"sexual_exploitation", "Job offer in a karaoke bar, Bangkok", "ວຽກຮ້ານຄາລາໂອເກະ ບາງກອກ"},
    {"online_scam forced_labour", "Call centre job, golden triangle", "ວຽກສູນໂທລະສັບ ສາມຫຼ່ຽມຄຳ"},
    {"forced_marriage", "Marriage broker, bride sent abroad", "ນາຍໜ້າແຕ່ງດອງ ສົ່ງໄປຕ່າງປະເທດ"},
    {"forced_labour", "Fishing boat without pay", "ເຮືອຫາປາ ບໍ່ໄດ້ຄ່າແຮງ"},
    {"child_marriage forced_marriage", "Girl promised to a foreigner", "ເດັກຍິງຖືກສັນຍາໃຫ້ຄົນຕ່າງປະເທດ"},
    {"forced_labour debt_bondage", "Banana plantation, debt to the broker", "ສວນກ້ວຍ ເປັນໜີ້ນາຍໜ້າ"},
    {"domestic_servitude", "Housemaid who could not leave", "ຄົນຮັບໃຊ້ທີ່ອອກບໍ່ໄດ້"},
    {"surrogacy", "Paid to carry a child", "ຮັບຈ້າງຖືພາ"},
    {"online_sexual_abuse", "Pictures sent under threat", "ຖືກນາບຂູ່ໃຫ້ສົ່ງຮູບ"},
    {"online_scam", "\"Easy money\" advertised online", "ໂຄສະນາຫາເງິນງ່າຍທາງອອນລາຍ"},
    {"forced_begging", "Children begging at the market", "ເດັກຂໍທານຢູ່ຕະຫຼາດ"},
    {"unknown", "", ""},
};
