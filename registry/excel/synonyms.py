"""What offices call their columns, and which of our fields each heading means."""

import re
import unicodedata
from collections.abc import Sequence

# One field and every heading it goes by, without blanks, brackets or punctuation.
_TABLE = {
    "serial": """
        序号 编号 序 号 no 行号 排序
    """,
    "district": """
        地区 县区 区县 县市区 县区市 市县区 区 县 所在县区 所在区县 所属县区 所属地区 所在县 所在区 派驻县区
        派驻地区 驻点县区 帮扶县区 行政区 行政区划 县级 辖区 参赛地区 推荐地区 报送地区 district 区市 区县市
        县域 被帮扶县区 帮扶县市区 所在县市区 派驻县市区
    """,
    "town": """
        镇街 镇 乡镇 镇乡 街道 镇街道 乡镇街道 乡镇街 镇名 镇街名称 乡镇名称 乡镇街道名称 所在镇 所在镇街
        所在乡镇 派驻镇 派驻镇街 驻点镇 驻点镇街 帮扶镇 帮扶镇街 帮扶乡镇 town 结对镇 结对镇街 所驻镇 所驻镇街
        被帮扶镇 被帮扶镇街 派驻乡镇 所驻乡镇 镇级 驻镇 镇区
    """,
    "village": """
        村 村名 行政村 行政村名称 村社区 村居 村名称 村委会 村庄 所在村 派驻村 驻点村 驻村 帮扶村 结对村 所驻村
        所驻行政村 派驻行政村 驻点行政村 帮扶行政村 被帮扶村 任职村 挂点村 派驻村名 派驻村社区 派驻村居
        所在行政村 驻村名称 village 村级 派驻村名称 所驻村名称 村委 派驻村委会 所驻村社区 任职行政村 任职村社区
        驻村村名 定点帮扶村 驻点村名称 村居名称
    """,
    "place": """
        镇村 镇村名称 派驻镇村 所驻镇村 驻点镇村 帮扶镇村 所在镇村 派驻地点 派驻地 驻村地点 驻点 驻地 任职地点
        派驻镇街村 镇街村 镇街村居 乡镇村 驻村所在地 服务地 帮扶地点 派驻位置
    """,
    "name": """
        姓名 名字 第一书记 驻村第一书记 第一书记姓名 驻村第一书记姓名 人员姓名 干部姓名 书记姓名 驻村干部
        驻村干部姓名 参赛人 参赛者 参赛人员 参赛选手 选手 选手姓名 name 参赛人姓名 选派人员 选派干部
        选派第一书记 派驻第一书记 现任第一书记 人员 名单 参赛第一书记 派驻人员
    """,
    "gender": """
        性别 男女 gender sex
    """,
    "unit": """
        单位 单位名称 派出单位 选派单位 派驻单位 帮扶单位 派员单位 工作单位 所在单位 原单位 派出单位名称
        选派单位名称 帮扶单位名称 工作单位名称 选派第一书记单位 第一书记派出单位 后方单位 第一书记选派单位
        第一书记所在单位 原工作单位 派出单位全称 结对单位 结对帮扶单位 定点帮扶单位 组团单位 派驻第一书记单位
        选派部门 派出部门 选派机关 unit 派出机关 对口帮扶单位 人事关系单位 人事关系所在单位 派出工作单位
        选派单位全称 派出第一书记单位 挂点单位 挂扶单位 包村单位 驻村单位
    """,
    "level": """
        单位层级 层级 单位级别 选派单位层级 派出单位层级 派出层级 选派层级 单位类别 单位性质 level 选派类别
        派出类别 单位类型 来源 选派来源 派出单位类别 选派单位类别 帮扶单位层级 帮扶单位类别 选派单位级别
        派出单位级别 选派级别 派出级别 人员来源 选派渠道 单位属性 选派单位性质 选派单位类型
    """,
    "post": """
        职务 现任职务 职务职级 职级 原任职务 原职务 单位职务 行政职务 post 职位 现职务 岗位 职务级别 所任职务
        现任职务职级 原单位职务 派出单位职务 工作职务 担任职务 现职 职称职务
    """,
    "period": """
        任职时间 任职起止时间 任职起止 任职期限 任职期 驻村时间 驻村起止时间 任期 派驻时间 起止时间 驻村期限
        派驻期限 派驻起止时间 服务期限 任职时段 任职年月 任期起止 任职时间起止 驻村任职时间
    """,
    "since": """
        任职起 任职开始 任职开始时间 任职起始时间 起始时间 开始时间 到任时间 到任日期 任职起始 since 任职日期
        任命时间 派驻开始时间 到岗时间 驻村开始时间 任职时间起 起始年月 到村时间 任职时间开始 任职起始年月
        开始任职时间 派驻起始时间 任职时间起始 起 开始 始 任职开始年月 进驻时间 起始 任职起止起 任期起
        驻村时间起 任职起年月 任职起时间 派驻时间起 入驻时间 上任时间 任职起日期
    """,
    "until": """
        任职止 任职结束 任职结束时间 任职截止时间 结束时间 截止时间 离任时间 离任日期 任职截止 until 期满时间
        到期时间 任职时间止 任职时间结束 派驻结束时间 驻村结束时间 止 结束 任职终止时间 终止时间 任职截止年月
        任职结束年月 任期届满时间 任职止年月 任期止 驻村时间止 派驻时间止 任职止时间 截止
    """,
    "phone": """
        手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 联系手机 本人电话 phone 第一书记电话
        第一书记联系电话 第一书记手机 本人手机 联系号码 手机长号 第一书记联系方式 mobile 第一书记手机号
        第一书记手机号码 本人联系电话 本人手机号 联系手机号 手机联系电话 联系电话手机
    """,
    "id_number": """
        身份证 身份证号 身份证号码 公民身份号码 居民身份证号 居民身份证号码 证件号码 证件号 身份号码
        公民身份证号码 身份证件号码 有效证件号码 idnumber 公民身份证号
    """,
    "remark": """
        备注 说明 备注说明 其他 备考 remark 其他说明 情况说明 备注情况
    """,
}
SYNONYMS = {field: tuple(headings.split()) for field, headings in _TABLE.items()}

_FIELD_OF = {heading: field for field, headings in SYNONYMS.items() for heading in headings}
# Words in front that only say whose column it is.
_OWNER = re.compile(
    r"^(?:派驻|驻村|现任)?第一书记(?:的)?|^(?:驻村)?(?:干部|人员|队员)|^(?:本人|所在|所驻|所属|派驻|参赛)"
)
# Whose time is over, and whose it is now.
_FORMER = re.compile(r"^(?:原任?|前任?|上一?任|离任|卸任|历任|往届|上一?批|首批|调整前|轮换前|更换前)")
_PRESENT = re.compile(r"^(?:现任|现在|现|本任|在任|新任|接任|继任|新派|本批|调整后|轮换后|更换后)")
# Of whom a file may tell twice, once as they were.
_OF_A_TERM = frozenset({"name", "unit", "level", "post", "phone", "gender", "id_number", "period", "since"})
_TAIL = re.compile(r"(?:必填|选填|可选|全称|盖章|信息|情况|填写|一栏|如有)+$")
# Columns about other people or about counts, whatever else their heading says.
_OTHERS = re.compile(
    r"队长|支书|支部书记|联系人|负责人|分管|联络员|特派员|助理|填表|填报|经办|人数|名额|数量|合计|领导|志愿|三支一扶"
)
_SYMBOLS = re.compile(r"[\s()\[\]{}<>【】〔〕《》“”\"'、,，.。:：;；*＊·/\\|_\-—#№?？!！&+]+|[\u200b-\u200f\ufeff]")
_BRACKETS = re.compile(r"[(\[【〔<][^)\]】〕>]*[)\]】〕>]")

# Fields that belong to a person; under a heading that names a unit they belong to the unit's contact.
_PERSONAL = frozenset({"name", "phone", "post", "gender", "id_number"})


def meaning(path: tuple[str, ...]) -> tuple[str, int] | None:
    """The field a heading means and how sure that is (higher is surer), or None.

    `path` is the heading from the top level down, e.g. ("选派单位", "名称"): the whole is tried before its last part.
    """
    if not path or any(_OTHERS.search(_plain(part)) for part in path):
        return None
    whole = field_of("".join(path))
    if whole and len(path) > 1:
        return whole, 3
    leaf = field_of(path[-1])
    if leaf is None:
        return None
    above = "".join(path[:-1])
    if leaf in _PERSONAL and field_of(above) == "unit":
        return leaf, 1
    return leaf, 4 if "第一书记" in above else 2


def former(paths: Sequence[tuple[str, ...]]) -> frozenset[int]:
    """The columns that tell of whoever was there before; none in a table that tells of one term only.

    原单位 alone is the unit that sends somebody; beside 现任单位 or 原第一书记 it is the predecessor's.
    """
    plain = [[_plain(part) for part in path] for path in paths]
    marked = {index for index, path in enumerate(plain) if any(_is_former(part) for part in path)}
    told_apart = any(_is_present(part) for path in plain for part in path) or any(
        field_of(_FORMER.sub("", part)) == "name" for index in marked for part in plain[index]
    )
    return frozenset(marked) if told_apart else frozenset()


def is_former(heading: str) -> bool:
    """Whether a heading tells of whoever was there before."""
    return any(_FORMER.match(_plain(part)) for part in heading.split(" / "))


def _is_former(part: str) -> bool:
    short = _FORMER.sub("", part)
    return short != part and (not short or field_of(short) in _OF_A_TERM)


def _is_present(part: str) -> bool:
    """现任单位 and 现任第一书记 tell of now; 现任职务 is what everybody calls a post."""
    short = _PRESENT.sub("", part)
    return short != part and (not short or field_of(short) in {"name", "unit"})


def field_of(heading: str) -> str | None:
    """The field one heading means by itself, or None."""
    text = unicodedata.normalize("NFKC", heading)
    for variant in (text, _BRACKETS.sub("", text)):
        plain = _TAIL.sub("", _plain(variant)) or _plain(variant)
        field = _FIELD_OF.get(plain) or _FIELD_OF.get(_OWNER.sub("", plain)) or _FIELD_OF.get(_PRESENT.sub("", plain))
        if field:
            return field
    return None


def _plain(text: str) -> str:
    return _SYMBOLS.sub("", unicodedata.normalize("NFKC", text)).lower()
