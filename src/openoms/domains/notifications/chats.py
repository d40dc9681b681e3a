"""Addresses of chats (pure): which kinds there are, and which hosts must not be called."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

# Scheme → name. Only what speaks HTTP to a chat: apprise also knows ways to run programs, write to the system's log and
# open sockets, which nobody is to reach from here.
SERVICES = {
    "dingtalk": "DingTalk 钉钉",
    "wecombot": "WeCom 企业微信",
    "feishu": "Feishu 飞书",
    "lark": "Lark",
    "slack": "Slack",
    "workflows": "Microsoft Teams",
    "discord": "Discord",
    "gchat": "Google Chat",
    "wxteams": "Webex",
    "tgram": "Telegram",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "zulip": "Zulip",
    "matrixs": "Matrix",
    "bark": "Bark",
    "barks": "Bark",
    "schan": "Server 酱",
    "wxpusher": "WxPusher",
    "pushplus": "PushPlus",
    "pushdeer": "PushDeer",
    "pushdeers": "PushDeer",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "pover": "Pushover",
    "line": "LINE",
    "json": "JSON (HTTP)",
    "jsons": "JSON (HTTPS)",
}
# Those whose address names the machine to call.
NAMES_HOST = frozenset(
    "mmost mmosts rocket rockets matrixs bark barks pushdeer pushdeers ntfy ntfys gotify gotifys json jsons".split()
)
_HOSTED = frozenset({"ntfy", "ntfys", "pushdeer", "pushdeers"})
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def scheme_of(url: str) -> str:
    """The address's kind, "" for one that is not supported."""
    scheme = url.partition("://")[0].strip().lower()
    return scheme if "://" in url and scheme in SERVICES else ""


def host_of(url: str) -> str:
    """The machine an address names, "" where its kind names none or none can be read."""
    if scheme_of(url) not in NAMES_HOST:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    # ntfy://topic goes to the service itself.
    return "" if scheme_of(url) in _HOSTED and not parts.path.strip("/") and "." not in host else host


def is_private(address: str) -> bool:
    """Whether a numeric address is one that only machines near us reach; what is no address counts as one."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(found, IPv6Address):
        found = _within(found)
    return not found.is_global or found.is_multicast


def _within(address: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def looks_private(host: str) -> bool:
    """Whether a host is private by its mere name: what it resolves to is looked at when a message is sent."""
    name = host.lower().strip("[]")
    if not name:
        return False
    if name == "localhost" or name.endswith(_LOCAL) or ("." not in name and ":" not in name):
        return True
    return is_private(name) if name.replace(".", "").isdigit() or ":" in name else False
