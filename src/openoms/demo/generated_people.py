"""Customers of a generated firm: invented names, streets that are called examples, phones of a number nobody has."""

from collections.abc import Sequence
from random import Random

from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.flows.import_customers import CustomerRow, import_customers

_BATCH = 500
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_TRADES = ("贸易", "科技", "家居", "电器", "设计", "餐饮", "酒店", "学校", "物流", "装饰")
# Region, city, district, postcode: real places, for they are checked; the streets are examples.
_PLACES = (
    ("浙江省", "杭州市", "西湖区", "310012"), ("浙江省", "宁波市", "鄞州区", "315100"),
    ("江苏省", "南京市", "鼓楼区", "210008"), ("江苏省", "苏州市", "姑苏区", "215000"),
    ("上海市", "浦东新区", "", "200120"), ("北京市", "朝阳区", "", "100020"),
    ("广东省", "广州市", "天河区", "510620"), ("广东省", "深圳市", "南山区", "518057"),
    ("四川省", "成都市", "武侯区", "610041"), ("湖北省", "武汉市", "武昌区", "430070"),
    ("陕西省", "西安市", "雁塔区", "710061"), ("重庆市", "渝中区", "", "400010"),
    ("福建省", "厦门市", "思明区", "361001"), ("山东省", "青岛市", "市南区", "266071"),
    ("辽宁省", "大连市", "中山区", "116001"), ("湖南省", "长沙市", "岳麓区", "410006"),
)  # fmt: skip


def load(count: int, seed: int, actor: Actor) -> Sequence[str]:
    """Make the customers that are missing; the codes of all `count`."""
    codes = [f"G{number:06d}" for number in range(1, count + 1)]
    there = set(Customer.objects.filter(code__startswith="G").values_list("code", flat=True))
    missing = [number for number, code in enumerate(codes) if code not in there]
    for begin in range(0, len(missing), _BATCH):
        rows = [_row(codes[number], number, seed) for number in missing[begin : begin + _BATCH]]
        for result in import_customers(rows, actor=actor):
            assert result.problem is None, result.problem
    return codes


def _row(code: str, number: int, seed: int) -> CustomerRow:
    # Not for secrets: the seed makes the same people every time.
    chance = Random(seed * 7919 + number)  # noqa: S311 # nosec B311
    person = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(("", chance.choice(_GIVEN)))
    is_company = chance.random() < 0.3
    name = f"示例{person}{chance.choice(_TRADES)}有限公司" if is_company else person
    region, city, district, postcode = chance.choice(_PLACES)
    phone = f"1380000{chance.randrange(10_000):04d}"
    address = AddressParts(
        "CN", f"示例路 {chance.randint(1, 999)} 号", region=region, city=city, district=district,
        postcode=postcode, name=person, phone=phone,
    )  # fmt: skip
    tier = chance.choice(("vip", "wholesale")) if chance.random() < 0.1 else None
    kind = "company" if is_company else "person"
    contact = ContactInput(person, phone=phone, email=f"{code.lower()}@customers.example", country="CN")
    return CustomerRow(CustomerInput(code, name=name, kind=kind, tier=tier, contact=contact), address)
