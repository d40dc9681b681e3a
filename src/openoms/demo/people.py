"""The demonstration company's staff and customers: invented names, numbers that look made up, addresses that check out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from openoms.core import clock
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import ConsentInput, ContactInput, CreditInput, CustomerInput
from openoms.domains.identity.models import User
from openoms.flows.edit_customer import add_address, add_contact, change_credit, change_customer, set_consent
from openoms.flows.import_customers import CustomerRow, import_customers
from openoms.flows.manage_people import create_user

# Published on purpose: it opens nothing but a demonstration.
PASSWORD = "openoms-demo"  # noqa: S105 # nosec B105
_DOMAIN = "demo.example"

_STAFF = {
    "administrator": "安宁 An Ning",
    "sales": "孙晓 Sun Xiao",
    "sales_manager": "苏敏 Su Min",
    "finance": "方正 Fang Zheng",
    "production": "鲁工 Lu Gong",
    "purchasing": "蔡芸 Cai Yun",
    "warehouse": "库东 Ku Dong",
    "logistics": "陆遥 Lu Yao",
    "customer_service": "柯静 Ke Jing",
    "manager": "关山 Guan Shan",
    "integrator": "纪连 Ji Lian",
}
ROLES = tuple(_STAFF)

# Region, city, district, postcode, street.
_PLACES = (
    ("浙江省", "杭州市", "西湖区", "310012", "示例一路"),
    ("浙江省", "宁波市", "鄞州区", "315100", "示例南路"),
    ("江苏省", "南京市", "鼓楼区", "210008", "示例北路"),
    ("江苏省", "苏州市", "姑苏区", "215000", "示例街"),
    ("上海市", "浦东新区", "", "200120", "示例大道"),
    ("北京市", "朝阳区", "", "100020", "示例东路"),
    ("广东省", "广州市", "天河区", "510620", "示例路"),
    ("广东省", "深圳市", "南山区", "518057", "示例科技路"),
    ("四川省", "成都市", "武侯区", "610041", "示例西路"),
    ("湖北省", "武汉市", "武昌区", "430070", "示例湖路"),
    ("陕西省", "西安市", "雁塔区", "710061", "示例塔路"),
    ("重庆市", "渝中区", "", "400010", "示例山路"),
    ("福建省", "厦门市", "思明区", "361001", "示例海路"),
    ("山东省", "青岛市", "市南区", "266071", "示例湾路"),
    ("辽宁省", "大连市", "中山区", "116001", "示例港路"),
    ("湖南省", "长沙市", "岳麓区", "410006", "示例江路"),
    ("天津市", "和平区", "", "300041", "示例河路"),
    ("云南省", "昆明市", "五华区", "650021", "示例花路"),
)
_PERSONS = (
    "李雷 韩梅梅 王小明 张三丰 赵一一 钱多多 孙小圆 周末末 吴非凡 郑重重 冯雨晴 陈晨晨 褚小楚 卫青青 蒋果果 沈默默 "
    "韩冬冬 杨柳柳 朱小朱 秦川川 尤里里 许愿愿 何欢欢 吕安安"
).split()
_COMPANIES = (
    "示例云科技 示例海贸易 示例山家居 示例川装饰 示例城办公 示例村民宿 示例桥咖啡 示例塔酒店 示例林学校 示例园餐饮 "
    "示例湾设计 示例港物流"
).split()
_ABROAD = (
    (
        "Example Interiors Inc.",
        "Pat Sample",
        "+1 415 555 0101",
        "US",
        "CA",
        "San Francisco",
        "94105",
        "1 Example Street",
        "USD",
    ),
    (
        "Example Living Ltd.",
        "Sam Specimen",
        "+44 20 7946 0101",
        "GB",
        "",
        "London",
        "SW1A 1AA",
        "1 Example Lane",
        "USD",
    ),
    (
        "Beispiel Möbel GmbH",
        "Max Muster",
        "+49 30 23125 101",
        "DE",
        "",
        "Berlin",
        "10115",
        "Beispielstraße 1",
        "EUR",
    ),
    (
        "Example Home Pte. Ltd.",
        "Lee Contoh",
        "+65 6000 0001",
        "SG",
        "",
        "",
        "018956",
        "1 Example Road",
        "CNY",
    ),
)
# Orders of the past are in the firm's own money, so those abroad have none.
FIRST_COMPANY = f"D{len(_PERSONS) + 1:03d}"
CNY_CODES = tuple(f"D{number:03d}" for number in range(1, len(_PERSONS) + len(_COMPANIES) + 1))
# What the desk noted of some customers.
_NOTES = {
    "D001": "只接受上午配送。 Deliver in the morning only.",
    "D012": "老客户，可赠小样。 Regular customer.",
    "D026": "样板间每季度更新一次，提前两周报价。 Renews its showroom every quarter: quote two weeks ahead.",
    "D029": "发票随货同行，收货需预约。 Invoice with the goods; book a delivery slot.",
    "D034": "采购审批较慢，报价有效期建议 30 天。 Slow approvals: give quotations 30 days.",
    "D037": "Marks and packing list with every shipment. 每批附唛头和装箱单。",
}
# Second places of some: (customer, label, region, city, district, postcode, street).
_SECOND_PLACES = (
    ("D002", "公司 Office", "上海市", "浦东新区", "", "200120", "示例大道 200 号 8 楼"),
    ("D007", "父母家 Parents", "江苏省", "苏州市", "姑苏区", "215000", "示例街 77 号"),
    ("D026", "仓库 Warehouse", "浙江省", "宁波市", "鄞州区", "315100", "示例南路 260 号 3 号库"),
    ("D026", "展厅 Showroom", "浙江省", "杭州市", "西湖区", "310012", "示例一路 26 号"),
    ("D029", "工地 Site", "广东省", "广州市", "天河区", "510620", "示例路 29 号 B 座"),
    ("D031", "总部 Head office", "北京市", "朝阳区", "", "100020", "示例东路 31 号"),
)


DOUBLES = ("D901", "D902")
_TAGS = ("线上 online", "春季展会 spring fair", "转介绍 referral", "媒体 press", "展厅 showroom")


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """Somebody who can sign in to the demonstration; `role` is a role's code."""

    email: str
    password: str
    role: str


def email_of(role: str) -> str:
    """The address of the staff member with that role."""
    return f"{role.replace('_', '-')}@{_DOMAIN}"


def load_staff(actor: Actor) -> list[DemoSignIn]:
    """Make one person for each role that has none of the demonstration; all of them, the administrator first."""
    there = set(User.objects.filter(email__endswith=f"@{_DOMAIN}").values_list("email", flat=True))
    missing = {email_of(role): role for role in _STAFF if email_of(role) not in there}
    for email, role in missing.items():
        create_user(email, _STAFF[role], None, [role], actor=actor)
    if missing:
        # One hash for the one published password: a hash each would be seconds of the first start.
        User.objects.filter(email__in=missing).update(password=make_password(PASSWORD))
    return [DemoSignIn(email_of(role), PASSWORD, role) for role in _STAFF]


def customer_codes() -> list[str]:
    """Codes of all customers: persons, companies, those abroad."""
    return [f"D{number:03d}" for number in range(1, len(_PERSONS) + len(_COMPANIES) + len(_ABROAD) + 1)]


def load_customers(actor: Actor) -> int:
    """Make the customers that are missing; how many customers there are."""
    there = set(Customer.objects.filter(code__in=customer_codes()).values_list("code", flat=True))
    rows = [row for row in _rows() if row.customer.code not in there]
    known = set(Customer.objects.filter(code__in=DOUBLES).values_list("code", flat=True))
    doubles = [row for row in _doubles() if row.customer.code not in known]
    # Known since before their first order.
    with clock.set_to(clock.now() - timedelta(days=370)):
        for result in import_customers([*rows, *doubles], actor=actor):
            assert result.problem is None, result.problem
        if not there:
            _care(actor, customer_codes())
    return Customer.objects.count()


def _care(actor: Actor, codes: Sequence[str]) -> None:
    """Colleagues with roles, tags, terms and consents for the customers just made; every choice by the customer's number."""
    for number, code in enumerate(codes):
        is_company = number >= len(_PERSONS)
        if is_company:
            for offset, role in enumerate(
                ("finance", "receiving") if number % 2 else ("finance", "decision_maker")
            ):
                name = _PERSONS[(number * 5 + offset + 7) % len(_PERSONS)]
                phone = f"1390000{number + 1:02d}{offset + 1:02d}"
                add_contact(code, ContactInput(name, phone=phone, country="CN", role=role), actor=actor)
            terms = CreditInput("credit", Decimal(50_000 + 10_000 * (number % 5)), "CNY", 30)
            change_credit(code, terms, actor=actor)
        tags = (_TAGS[number % len(_TAGS)], *(("大客户 key account",) if number % 7 == 0 else ()))
        change_customer(CustomerInput(code, tags=tags, notes=_NOTES.get(code)), actor=actor)
        for channel, every in (("email", 2), ("wechat", 3), ("sms", 5)):
            if number % every == 0:
                state = "withdrawn" if number % 11 == 10 else "given"
                set_consent(code, ConsentInput(channel, state, "first order 首单"), actor=actor)
    for code, label, region, city, district, postcode, street in _SECOND_PLACES:
        parts = AddressParts("CN", street, region=region, city=city, district=district, postcode=postcode)
        add_address(code, parts, label=label, actor=actor)


def _doubles() -> list[CustomerRow]:
    """Two customers that are there already, as hurried people enter them again."""
    one = _domestic(DOUBLES[0], 0, f"{_PERSONS[0]} ", _PERSONS[0], "person", "")
    two = _domestic(DOUBLES[1], len(_PERSONS), _COMPANIES[0], _PERSONS[0], "company", "")
    return [one, two]


def _rows() -> list[CustomerRow]:
    codes = iter(customer_codes())
    rows = [
        _domestic(next(codes), number, name, name, "person", "vip" if number % 4 == 0 else "")
        for number, name in enumerate(_PERSONS)
    ]
    for number, short in enumerate(_COMPANIES, start=len(_PERSONS)):
        tier = "wholesale" if number % 2 == 0 else ""
        rows.append(
            _domestic(next(codes), number, f"{short}有限公司", _PERSONS[number % 24], "company", tier)
        )
    for name, person, phone, country, region, city, postcode, line, currency in _ABROAD:
        address = AddressParts(
            country, line, region=region, city=city, postcode=postcode, name=person, phone=phone
        )
        contact = ContactInput(person, phone=phone, country=country)
        customer = CustomerInput(
            next(codes),
            name=name,
            kind="company",
            tier="wholesale",
            contact=contact,
            language="en",
            currency=currency,
        )
        rows.append(CustomerRow(customer, address))
    return rows


def _domestic(code: str, number: int, name: str, person: str, kind: str, tier: str) -> CustomerRow:
    region, city, district, postcode, street = _PLACES[number % len(_PLACES)]
    phone = f"1380000{number + 1:04d}"
    address = AddressParts(
        "CN",
        f"{street} {number + 1} 号",
        region=region,
        city=city,
        district=district,
        postcode=postcode,
        name=person,
        phone=phone,
    )
    contact = ContactInput(person, phone=phone, email=f"{code.lower()}@{_DOMAIN}", country="CN")
    return CustomerRow(CustomerInput(code, name=name, kind=kind, tier=tier or None, contact=contact), address)
