"""Addresses of the console. Codes may hold any sign, slashes too: what follows a code comes before the code alone."""

from django.urls import path

from openoms.interfaces.console.views import administration, customers, order_entry, orders, pricing, products, start

urlpatterns = [
    path("", start.home, name="home"),
    path("me/", start.me, name="me"),
    path("me/language/", start.set_language, name="set_language"),
    path("me/theme/", start.set_theme, name="set-theme"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/new/", order_entry.new, name="order-new"),
    path("orders/new/quote/", order_entry.live, name="order-quote"),
    path("orders/new/skus/", order_entry.skus, name="order-skus"),
    path("orders/new/customers/", order_entry.customer_matches, name="order-customers"),
    path("orders/new/customer/", order_entry.customer, name="order-customer"),
    path("orders/new/line/", order_entry.line, name="order-line"),
    path("orders/new/remark/", order_entry.remark, name="order-remark"),
    path("orders/<path:number>/submit/", orders.submit, name="order-submit"),
    path("orders/<path:number>/withdraw/", orders.withdraw, name="order-withdraw"),
    path("orders/<path:number>/", orders.order, name="order"),
    path("address-fields/", order_entry.address_fields, name="address-fields"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/new/", customers.customer_edit, name="customer-new"),
    path("customers/<path:code>/edit/", customers.customer_edit, name="customer-edit"),
    path("customers/<path:code>/contacts/new/", customers.contact_add, name="contact-new"),
    path("customers/<path:code>/addresses/new/", customers.address_add, name="address-new"),
    path(
        "customers/<path:code>/addresses/<uuid:address_id>/remove/", customers.address_remove, name="address-remove"
    ),
    path("customers/<path:code>/", customers.customer, name="customer"),
    path("products/", products.product_list, name="products"),
    path("products/new/", products.product_edit, name="product-new"),
    path("products/categories/", products.categories, name="categories"),
    path("products/price-row/", products.price_row, name="price-row"),
    path("products/<path:code>/edit/", products.product_edit, name="product-edit"),
    path("products/<path:product_code>/skus/new/", products.sku_edit, name="sku-new"),
    path("products/<path:code>/", products.product, name="product"),
    path("skus/<path:code>/", products.sku_edit, name="sku-edit"),
    path("pricing/", pricing.pricing, name="pricing"),
    path("pricing/lists/", pricing.price_list_add, name="price-list-add"),
    path("pricing/taxes/", pricing.tax_rate_set, name="tax-rate-set"),
    path("pricing/shipping/", pricing.shipping_rate_set, name="shipping-rate-set"),
    path("people/", administration.people, name="people"),
    path("people/new/", administration.person_new, name="person-new"),
    path("people/<uuid:user_id>/", administration.person_edit, name="person-edit"),
    path("roles/", administration.roles, name="roles"),
    path("api-keys/", administration.keys, name="api-keys"),
    path("api-keys/new/", administration.key_new, name="key-new"),
    path("api-keys/<uuid:key_id>/revoke/", administration.key_revoke, name="key-revoke"),
]
