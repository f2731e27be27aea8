"""The rows of auth: shoppers, and a login for each order."""

from bench.growth.statements import AFTER_THOSE, NAME, SHOPPERS, Rows, counted_on

AUTH = Rows(
    before=(
        f"""
        insert into users (id, username, username_key, email, email_key, password_hash, first_name, last_name,
            phone_number, address, created_at)
        overriding system value
        select n, 'user' || n, 'user' || n, 'u' || n || '@a.mx', 'u' || n || '@a.mx', '', {NAME}, 'Gómez',
            '', '', %(until)s
        {AFTER_THOSE.format("id", "users", str(SHOPPERS))}
        """,
        """
        insert into user_roles (user_id, role) select id, 'user' from users
        where not exists (select from user_roles where user_id = users.id)
        """,
        counted_on("users"),
    ),
    # A login for each order, of which sessions are kept 30 days after their end and audits for a year.
    batch=(
        """
        insert into sessions (user_id, user_agent, ip_address, created_at, last_used_at, expires_at)
        select user_id, 'Mozilla/5.0', '192.0.2.' || id %% 250, at, at, at + interval '1 day'
        from sold where at > %(until)s - interval '31 days' order by id
        """,
        """
        insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)
        select user_id, 'login', user_id, '192.0.2.' || id %% 250, 'Mozilla/5.0', at, '{}'
        from sold where at > %(until)s - interval '365 days' order by id
        """,
        """
        insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)
        select 1, 'approval_given', user_id, '192.0.2.' || id %% 250, 'Mozilla/5.0', at,
            jsonb_build_object('action', 'refund', 'subject', id::text, 'limit', refund::text)
        from sold where is_returned and at > %(until)s - interval '365 days' order by id
        """,
    ),
    grows=("audit_events", "sessions", "users"),
)
