"""Telling a person's Chinese name from a piece of an address (pure)."""

import re

# The hundred and more most frequent surnames, of about nine in ten people.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
    "焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂"
    "肖闫蓝占佘褚窦戚冉晏丛应郁麦刁车巩房米商明佟冼娄宫刑解蒲全苑党逄"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻餘譚鄒陸顧萬錢湯龔顏韋畢聶焦鐘"
)
_DOUBLE = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "夏侯",
    "长孙",
    "端木",
    "歐陽",
    "諸葛",
)
_TITLE = re.compile(r"(先生|女士|小姐|太太|老师|老板|师傅|经理|同学|阿姨|大哥|总)$")
_RECEIVES = re.compile(r"[(（]?(收货|收件|亲启|收)[)）]?$")
_HAN = re.compile(r"[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)*")
_MIXED = re.compile(
    r"[\u4e00-\u9fff]{0,4}[A-Za-z]{1,12}[\u4e00-\u9fff]{0,2}|[A-Za-z]{2,20}(?: [A-Za-z]{2,20}){0,2}"
)
_PLACES = "路街道巷弄号號楼樓栋棟室区區村镇鎮乡鄉县縣市省店厦廈座层層厂廠口段里院校园园站场厅司组"
_GLUED = re.compile(
    r"^(?P<street>.*[\d号號室楼樓栋棟层層座幢院村厦廈园苑店铺口弄区部旁内)）])(?P<name>[\u4e00-\u9fff]{2,4})$",
    re.S,
)


def cleaned(token: str) -> str:
    """The token without what says that it is the recipient: 李雷（收）."""
    return _RECEIVES.sub("", token).strip(" :：()（）")


def likeness(token: str) -> int:
    """How much the token is like a name: 2 very, 1 perhaps, 0 not at all."""
    name = cleaned(token)
    if _HAN.fullmatch(name):
        return _han_likeness(name)
    if _MIXED.fullmatch(name) and len(name) <= 40:
        return 2 if name[0] in _SURNAMES else 1
    return 0


def _han_likeness(name: str) -> int:
    if _TITLE.search(name) and len(name) <= 6:
        return 2
    if "·" in name:
        return 2 if len(name) <= 20 else 0
    if len(name) > 4 or name[-1] in _PLACES:
        return 0
    if name.startswith(_DOUBLE):
        return 2
    if name[0] in _SURNAMES and 2 <= len(name) <= 3:
        return 2
    return 1


def is_one_sign(token: str) -> bool:
    """Whether it is a name of a single sign: 丹."""
    return len(cleaned(token)) == 1


def is_mixed(token: str) -> bool:
    """Whether it has letters: 大liu, asseek."""
    return any("a" <= sign.lower() <= "z" for sign in cleaned(token))


def unglued(token: str) -> tuple[str, str]:
    """The street and the name of a token in which the name follows without a separator: 文三路1号李雷; ("", "") for none."""
    match = _GLUED.match(token)
    if not match:
        return "", ""
    name = match["name"]
    sure = likeness(name) == 2 or (name[0] in _SURNAMES and likeness(name))
    return (match["street"], name) if sure else ("", "")
