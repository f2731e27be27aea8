"""Takes what was bought out of a cart: parts of the statement that writes the order.

    INSERT_WEB_ORDER = f'''
    with {CART_TAKEN}, placed as (
        insert into orders (…) select … where … and (%(cart_id)s::bigint is null or exists (select from cart))
    ), …, {published_together(…, CART_TOLD)}
    select * from placed
    '''

Nothing is taken unless the cart's version is still `cart_version`, so the lines are those that were read with
it, or fewer pieces than these are bought. After a change meanwhile, the checkout reads the cart again, and
tries the new version while the cart still `holds` what is bought: what was added meanwhile stays in the cart.
"""

from typing import LiteralString

from libs.common.contracts.sales import CartChanged
from libs.common.messaging.publishing import told

CART_TAKEN: LiteralString = """cart as (
    update carts set version = version + 1, updated_at = %(created_at)s
    where id = %(cart_id)s and version = %(cart_version)s and statement_timestamp() < %(begin_before)s
    returning id, user_id, version, updated_at
), bought as (
    select product_id, quantity from json_to_recordset(%(lines)s) as (product_id bigint, quantity int)
), stays as (
    select line.id, product_id, line.quantity - coalesce(bought.quantity, 0) as quantity
    from cart join cart_lines line on cart_id = cart.id left join bought using (product_id)
), emptied as (
    delete from cart_lines using stays where cart_lines.id = stays.id and stays.quantity <= 0
), reduced as (
    update cart_lines set quantity = stays.quantity from stays
    where cart_lines.id = stays.id and stays.quantity between 1 and cart_lines.quantity - 1
)"""
"""The parts `cart` (a row if the cart was taken from) and those that it needs.

Parameters: `cart_id` and `cart_version` (null when no cart is checked out), `created_at`, `begin_before`, and
`lines`: a JSON array of what is bought, with `product_id` and `quantity`.
"""

CART_TOLD: LiteralString = told(
    CartChanged,
    of="cart",
    subject="'cart/' || user_id",
    cart_id="id",
    changed_at="updated_at",
    items="""coalesce((
        select json_agg(json_build_object('product_id', product_id, 'quantity', quantity) order by id)
        from stays where quantity > 0
    ), '[]')""",
)
"""The event about the cart, for `published_together`."""
