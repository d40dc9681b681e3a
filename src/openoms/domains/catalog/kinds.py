"""What happens to the catalogue; prices are told of here too, for they hang on a sku or list (before and after)."""

from openoms.domains.events.kinds import declare

_CHANGE = {"code": str, "before": dict, "after": dict}

CATEGORY_SAVED = declare(
    "category.saved",
    subject="category",
    data=_CHANGE,
    en="{actor} saved the category {code}: {before} → {after}",
    zh="{actor} 保存了分类 {code}：{before} → {after}",
)
CATEGORY_REMOVED = declare(
    "category.removed",
    subject="category",
    data={"code": str, "name": str},
    en="{actor} removed the category {code} ({name})",
    zh="{actor} 删除了分类 {code}（{name}）",
)
PRODUCT_SAVED = declare(
    "product.saved",
    subject="product",
    data=_CHANGE,
    en="{actor} saved the product {code}: {before} → {after}",
    zh="{actor} 保存了商品 {code}：{before} → {after}",
)
SKU_SAVED = declare(
    "sku.saved",
    subject="sku",
    data=_CHANGE,
    en="{actor} saved the sku {code}: {before} → {after}",
    zh="{actor} 保存了规格 {code}：{before} → {after}",
)
PRICES_SET = declare(
    "prices.set",
    subject="sku",
    data={"code": str, "list": str, "before": list, "after": list},
    en="{actor} set the prices of {code} on {list}: {before} → {after}",
    zh="{actor} 设定了 {code} 在 {list} 的价格：{before} → {after}",
)
FLOORS_SET = declare(
    "floors.set",
    subject="sku",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} set the lowest prices of {code}: {before} → {after}",
    zh="{actor} 设定了 {code} 的最低价：{before} → {after}",
)
COSTS_SET = declare(
    "costs.set",
    subject="sku",
    data={"code": str, "before": list, "after": list},
    en="{actor} set the costs of {code}: {before} → {after}",
    zh="{actor} 设定了 {code} 的成本：{before} → {after}",
)
CATALOGUE_EXPORTED = declare(
    "catalogue.exported",
    subject="export",
    data={"format": str, "rows": int, "filters": list},
    en="{actor} took {rows} skus away as {format}, narrowed by: {filters}",
    zh="{actor} 导出了 {rows} 个规格（{format}），筛选条件：{filters}",
)
