"""The doors of a service with their dialects, and what their routes are made of.

| what | where |
|---|---|
| doors | `pos.PosDoor`, `store.StoreDoor`, `internal.InternalDoor` |
| shapes and fields of requests | `fields`: `Shape`, `Text`, `Integer`, `MoneyField`, `Many`, `PathId`, .. |
| answers | `replies.reply`, `replies.money_number`, `lists.reply_list` |
| lists | `lists.list_query`; `ListQuery` and its SQL in `libs.common.db.listing`, `.pages` |
| how a door words a refusal | `pos_dialect` and `store_dialect`: `error`, `on_field`, .. |
| errors without a web framework | `pos_dialect.POS`, `store_dialect.STORE`: `.refusal(error)` |
| the API document | `described.example`, `described.refuses`; made by `openapi` |
| `ETag`, `If-Match` | `preconditions`: `reply_version`, `IfMatch`, `versioned`; `libs.common.row_versions` |
| idempotency keys | `idempotency`: `idempotent`, `OperationDep`; `idempotency_store.IdempotencyStore` |
| refusals beside malformed fields | `lookups.looks_up` |
| what a header says | `header_text.header_of` |
"""
