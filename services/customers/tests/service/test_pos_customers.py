"""Registering, reading, changing and deleting customers at POS (contract §5, POS 11 to 13)."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.pos import NOT_FOUND
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import (
    CUSTOMERS,
    FISCAL,
    MARIA,
    NO_SUCH_ID,
    a_customer,
    customer_path,
    has,
    published,
    reading,
)

REQUIRED = ["This field is required."]
PHONE_TAKEN = {"phone_number": ["customer with this phone number already exists."]}
EMAIL_TAKEN = {"email": ["customer with this email already exists."]}
BAD_DATE = ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]


class TestRegister:
    async def test_answers_the_customer_as_stored(self, client: AsyncClient) -> None:
        assert await a_customer(client) == {
            "id": 1,
            **MARIA,
            "is_frequent": False,
            "current_points": 0,
            "points_owed": 0,
            "credit_limit": "0.00",
            "credit_used": "0.00",
            "available_credit": "0.00",
            **dict.fromkeys(FISCAL),
        }

    async def test_is_published(self, client: AsyncClient, deps: Deps) -> None:
        await a_customer(client)
        (event,) = await published(deps)
        assert event.model_dump() == {
            "customer_id": 1,
            "first_name": "Maria",
            "last_name": "González",
            "email": "maria.gonzalez@email.com",
            "phone_number": "5544332211",
            "is_frequent": False,
            "deleted": False,
        }

    async def test_needs_names_and_phone_only(self, client: AsyncClient) -> None:
        needed = {field: MARIA[field] for field in ("first_name", "last_name", "phone_number")}
        response = await client.post(CUSTOMERS, json=needed)
        assert response.status_code == 201
        assert (response.json()["email"], response.json()["birth_date"]) == (None, None)

    async def test_takes_a_blank_email_as_none(self, client: AsyncClient) -> None:
        await a_customer(client, email="")
        second = await a_customer(client, email="", phone_number="55")
        assert second["email"] is None

    async def test_ignores_what_only_the_system_writes(self, client: AsyncClient) -> None:
        customer = await a_customer(
            client, id=77, is_frequent=True, current_points=500, credit_used="9.00", unknown="field"
        )
        assert (customer["id"], customer["is_frequent"], customer["current_points"]) == (1, False, 0)

    async def test_reports_all_missing_fields_at_once(self, client: AsyncClient) -> None:
        response = await client.post(CUSTOMERS, json={"birth_date": "20-08-1995"})
        assert response.status_code == 400
        assert response.json() == {
            "first_name": REQUIRED,
            "last_name": REQUIRED,
            "phone_number": REQUIRED,
            "birth_date": BAD_DATE,
        }


class TestContactsAreUnique:
    async def test_both_taken_ones_are_reported_at_once(self, client: AsyncClient) -> None:
        await a_customer(client)
        response = await client.post(CUSTOMERS, json=MARIA)
        assert (response.status_code, response.json()) == (400, {**PHONE_TAKEN, **EMAIL_TAKEN})

    async def test_both_are_reported_when_two_customers_have_them(self, client: AsyncClient) -> None:
        await a_customer(client)
        await a_customer(client, phone_number="55", email="other@example.com")
        body = {**MARIA, "phone_number": "55"}
        response = await client.post(CUSTOMERS, json=body)
        assert response.json() == {**PHONE_TAKEN, **EMAIL_TAKEN}

    async def test_a_taken_phone_alone_is_reported_alone(self, client: AsyncClient) -> None:
        await a_customer(client)
        response = await client.post(CUSTOMERS, json={**MARIA, "email": "other@example.com"})
        assert response.json() == PHONE_TAKEN

    async def test_an_email_is_the_same_in_any_letter_case(self, client: AsyncClient) -> None:
        await a_customer(client)
        body = {**MARIA, "phone_number": "55", "email": MARIA["email"].upper()}
        response = await client.post(CUSTOMERS, json=body)
        assert response.json() == EMAIL_TAKEN

    @pytest.mark.parametrize(
        "spelling",
        [
            "55 4433 2211",
            "(55) 4433-2211",
            "+52 55.4433.2211",
            "525544332211",
            "\u202a+52 55 4433\u20112211\u202c",
        ],
    )
    async def test_a_phone_is_the_same_in_any_spelling(self, client: AsyncClient, spelling: str) -> None:
        await a_customer(client)
        response = await client.post(CUSTOMERS, json={**MARIA, "phone_number": spelling, "email": None})
        assert (response.status_code, response.json()) == (400, PHONE_TAKEN)

    async def test_a_phone_that_is_pasted_loses_its_invisible_marks(self, client: AsyncClient) -> None:
        maria = await a_customer(client, phone_number="\u202a+52 55 4433 2211\u202c")
        assert maria["phone_number"] == "+52 55 4433 2211"

    async def test_a_phone_stays_as_typed(self, client: AsyncClient) -> None:
        maria = await a_customer(client, phone_number="+52 (55) 4433-2211")
        assert maria["phone_number"] == "+52 (55) 4433-2211"
        respelled = await client.patch(customer_path(maria["id"]), json={"phone_number": "55 4433 2211"})
        assert (respelled.status_code, respelled.json()["phone_number"]) == (200, "55 4433 2211")

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("ana@correo-ñandú.mx", "ANA@CORREO-ÑANDÚ.MX"),
            ("ana@correo-ñandú.mx", "ana@xn--correo-and-z9a5i.mx"),
            ("ana@xn--correo-and-z9a5i.mx", "ana@correo-ñandú.mx"),
        ],
    )
    async def test_an_email_of_any_domain_is_kept_as_written_and_compared(
        self, client: AsyncClient, first: str, second: str
    ) -> None:
        assert (await a_customer(client, email=first))["email"] == first
        response = await client.post(CUSTOMERS, json={**MARIA, "phone_number": "55", "email": second})
        assert (response.status_code, response.json()) == (400, EMAIL_TAKEN)

    async def test_an_email_changes_from_one_domain_to_another(self, client: AsyncClient) -> None:
        ana = await a_customer(client, email="ana@ñandú.mx")
        await client.patch(customer_path(ana["id"]), json={"email": "ana@mail.mx"})
        await a_customer(client, phone_number="55", email="ana@ñandú.mx")
        response = await client.patch(customer_path(ana["id"]), json={"email": "Ana@ÑANDÚ.mx"})
        assert (response.status_code, response.json()) == (400, EMAIL_TAKEN)

    @pytest.mark.parametrize("email", ["ana@☃.mx", "ana@-ñ.mx", "ana@ñ", "ñ@mail.mx", "ana@ñ..mx"])
    async def test_an_address_that_no_mail_can_reach_is_refused(
        self, client: AsyncClient, email: str
    ) -> None:
        response = await client.post(CUSTOMERS, json={**MARIA, "email": email})
        assert (response.status_code, response.json()) == (
            400,
            {"email": ["Enter a valid email address."]},
        )

    async def test_spellings_of_one_phone_at_once_make_one_customer(self, client: AsyncClient) -> None:
        spellings = ["5544332211", "55 4433 2211", "55-4433-2211", "+525544332211"]
        bodies = [{**MARIA, "phone_number": spelling, "email": None} for spelling in spellings]
        responses = await asyncio.gather(*(client.post(CUSTOMERS, json=body) for body in bodies))
        assert sorted(response.status_code for response in responses) == [201, 400, 400, 400]

    async def test_one_of_many_wins_who_come_at_once(self, client: AsyncClient, deps: Deps) -> None:
        bodies = [{**MARIA, "email": f"maria{number}@example.com"} for number in range(8)]
        responses = await asyncio.gather(*(client.post(CUSTOMERS, json=body) for body in bodies))
        lost = [response.json() for response in responses if response.status_code == 400]
        assert lost == [PHONE_TAKEN] * 7
        assert len(await published(deps)) == 1

    @pytest.mark.parametrize("method", ["PATCH", "PUT"])
    async def test_a_change_to_those_of_another_is_refused(self, client: AsyncClient, method: str) -> None:
        await a_customer(client)
        other = await a_customer(client, phone_number="55", email="other@example.com")
        body = {"phone_number": MARIA["phone_number"], "email": MARIA["email"]}
        response = await client.request(method, customer_path(other["id"]), json=body)
        assert (response.status_code, response.json()) == (400, {**PHONE_TAKEN, **EMAIL_TAKEN})
        assert await reading(client, other["id"]) == other

    async def test_those_that_another_is_just_giving_up_are_refused_without_waiting(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        """Two who swap theirs at once would wait for each other."""
        await a_customer(client)
        await a_customer(client, phone_number="55", email="other@example.com")
        async with deps.database.transaction() as giving_up:
            await giving_up.execute("update customers set phone_number = '56', email = null where id = 1")
            responses = [await client.patch(customer_path(2), json=MARIA)]
            responses.append(await client.post(CUSTOMERS, json=MARIA))
        assert [answered(response) for response in responses] == [(400, {**PHONE_TAKEN, **EMAIL_TAKEN})] * 2

    async def test_ones_own_can_be_written_again(self, client: AsyncClient) -> None:
        maria = await a_customer(client)
        response = await client.put(customer_path(maria["id"]), json=MARIA)
        assert (response.status_code, response.json()) == (200, maria)


class TestDetail:
    async def test_shows_the_customer(self, client: AsyncClient) -> None:
        maria = await a_customer(client)
        response = await client.get(customer_path(maria["id"]))
        assert (response.status_code, response.json()) == (200, maria)

    async def test_of_an_unknown_id_is_not_found(self, client: AsyncClient) -> None:
        response = await client.get(customer_path(NO_SUCH_ID))
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
class TestChange:
    async def test_writes_what_is_given_and_leaves_the_rest(self, client: AsyncClient, method: str) -> None:
        maria = await a_customer(client)
        body = {"email": "maria.nueva@email.com"}
        response = await client.request(method, customer_path(maria["id"]), json=body)
        assert (response.status_code, response.json()) == (200, {**maria, **body})
        assert await reading(client, maria["id"]) == {**maria, **body}

    async def test_takes_null_where_nothing_need_be_known(self, client: AsyncClient, method: str) -> None:
        maria = await a_customer(client)
        body = {"email": None, "birth_date": None}
        response = await client.request(method, customer_path(maria["id"]), json=body)
        assert response.json() == {**maria, **body}

    async def test_changes_nothing_for_an_empty_body(self, client: AsyncClient, method: str) -> None:
        maria = await a_customer(client)
        response = await client.request(method, customer_path(maria["id"]), json={})
        assert (response.status_code, response.json()) == (200, maria)

    async def test_ignores_what_only_the_system_writes(self, client: AsyncClient, method: str) -> None:
        maria = await a_customer(client)
        body = {"current_points": 1000, "is_frequent": True, "credit_used": "1.00", "id": 5}
        response = await client.request(method, customer_path(maria["id"]), json=body)
        assert response.json() == maria

    async def test_is_published(self, client: AsyncClient, deps: Deps, method: str) -> None:
        maria = await a_customer(client)
        await client.request(method, customer_path(maria["id"]), json={"first_name": "Mariana"})
        assert (await published(deps))[-1].first_name == "Mariana"

    async def test_of_an_unknown_id_is_not_found(self, client: AsyncClient, method: str) -> None:
        response = await client.request(method, customer_path(NO_SUCH_ID), json={"first_name": "Ana"})
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


async def test_changes_of_different_fields_at_once_are_all_kept(client: AsyncClient) -> None:
    maria = await a_customer(client)
    changes = [{"first_name": "Ana"}, {"last_name": "Ruiz"}, {"email": "ana@example.com"}]
    await asyncio.gather(*(client.patch(customer_path(maria["id"]), json=change) for change in changes))
    assert await reading(client, maria["id"]) == {**maria, **changes[0], **changes[1], **changes[2]}


class TestDelete:
    async def test_takes_the_customer_off_every_list(self, client: AsyncClient) -> None:
        maria = await a_customer(client)
        response = await client.delete(customer_path(maria["id"]))
        assert (response.status_code, response.content) == (204, b"")
        assert (await client.get(CUSTOMERS)).json() == []
        for path in (customer_path(maria["id"]), customer_path(maria["id"]) + "history/"):
            assert (await client.get(path)).status_code == 404

    async def test_keeps_the_row(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await client.delete(customer_path(maria["id"]))
        assert await deps.database.fetch_value("select count(*) from customers") == 1

    async def test_frees_phone_and_email(self, client: AsyncClient) -> None:
        maria = await a_customer(client)
        await client.delete(customer_path(maria["id"]))
        assert (await a_customer(client))["id"] != maria["id"]

    @pytest.mark.parametrize("debt", ["350.50", "0.01"])
    async def test_is_refused_to_a_customer_with_debt(
        self, client: AsyncClient, deps: Deps, debt: str
    ) -> None:
        maria = await a_customer(client)
        await has(deps, credit_used=debt)
        response = await client.delete(customer_path(maria["id"]))
        assert response.status_code == 400
        assert response.json() == {"error": [f"El cliente tiene un saldo de crédito pendiente: ${debt}"]}
        assert (await client.get(customer_path(maria["id"]))).status_code == 200

    async def test_is_published(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await client.delete(customer_path(maria["id"]))
        assert [event.deleted for event in await published(deps)] == [False, True]

    async def test_a_second_time_is_not_found_and_says_nothing(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        responses = await asyncio.gather(*(client.delete(customer_path(maria["id"])) for _ in range(3)))
        assert sorted(response.status_code for response in responses) == [204, 404, 404]
        assert len(await published(deps)) == 2


class TestCreditLimit:
    async def test_is_written_by_the_management(self, client: AsyncClient, tokens: Tokens) -> None:
        client.headers.update(tokens.bearer(role="ADMIN"))
        maria = await a_customer(client, credit_limit="500.00")
        assert (maria["credit_limit"], maria["available_credit"]) == ("500.00", "500.00")

    @pytest.mark.parametrize("limit", ["500.00", "much", -1, "1.001", ""])
    async def test_from_an_employee_is_ignored_even_if_it_is_malformed(
        self, client: AsyncClient, limit: object
    ) -> None:
        maria = await a_customer(client, credit_limit=limit)
        for method in ("PATCH", "PUT"):
            response = await client.request(
                method, customer_path(maria["id"]), json={"credit_limit": limit, "last_name": method}
            )
            assert (response.status_code, response.json()["last_name"]) == (200, method)
            assert response.json()["credit_limit"] == "0.00"

    async def test_from_an_employee_is_not_among_the_malformed_fields(self, client: AsyncClient) -> None:
        response = await client.post("/api/customers/", json={"credit_limit": "much"})
        assert (response.status_code, "credit_limit" in response.json()) == (400, False)

    async def test_that_is_malformed_is_refused_from_the_management(
        self, client: AsyncClient, tokens: Tokens
    ) -> None:
        maria = await a_customer(client)
        client.headers.update(tokens.bearer(role="ADMIN"))
        response = await client.patch(customer_path(maria["id"]), json={"credit_limit": "much"})
        assert (response.status_code, response.json()) == (
            400,
            {"credit_limit": ["A valid number is required."]},
        )

    async def test_of_a_frequent_customer_is_the_default(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await deps.database.execute("update customers set is_frequent = true, credit_used = 350.50")
        answer = await reading(client, maria["id"])
        assert (answer["credit_limit"], answer["available_credit"]) == ("2000.00", "1649.50")

    async def test_null_brings_the_default_back(self, client: AsyncClient, tokens: Tokens) -> None:
        client.headers.update(tokens.bearer(role="ADMIN"))
        maria = await a_customer(client, credit_limit=500)
        response = await client.patch(customer_path(maria["id"]), json={"credit_limit": None})
        assert response.json()["credit_limit"] == "0.00"


class TestList:
    @pytest.fixture(autouse=True)
    async def three_customers(self, client: AsyncClient) -> None:
        await a_customer(client)
        await a_customer(client, first_name="Ana", last_name="Ruiz", phone_number="5511", email="a@b.mx")
        await a_customer(client, first_name="Zoe", last_name="Mora", phone_number="5522", email=None)

    async def names(self, client: AsyncClient, **query: str | int) -> list[str]:
        response = await client.get(CUSTOMERS, params=query)
        assert response.status_code == 200, response.text
        return [customer["first_name"] for customer in response.json()]

    async def test_shows_all_by_id(self, client: AsyncClient) -> None:
        assert await self.names(client) == ["Maria", "Ana", "Zoe"]

    async def test_pages_and_says_how_many_there_are(self, client: AsyncClient) -> None:
        response = await client.get(CUSTOMERS, params={"limit": 1, "offset": 1})
        assert [customer["first_name"] for customer in response.json()] == ["Ana"]
        assert response.headers["X-Total-Count"] == "3"
        assert 'rel="next"' in response.headers["Link"]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("maria gon", ["Maria"]),
            ("GONZÁLEZ", ["Maria"]),
            ("5511", ["Ana"]),
            ("@b.mx", ["Ana"]),
            ("gonzalez MARIA", ["Maria"]),
            ("55 4433 2211", ["Maria"]),
            ("+52 55 4433-2211", ["Maria"]),
            ("maria (55) 4433", ["Maria"]),
            ("44-33", ["Maria"]),
            ("ana maria", []),
            ("%", []),
            ("nobody", []),
        ],
    )
    async def test_searches_name_phone_and_email(
        self, client: AsyncClient, search: str, found: list[str]
    ) -> None:
        assert await self.names(client, search=search) == found

    async def test_finds_a_phone_typed_with_blanks_by_its_digits(self, client: AsyncClient) -> None:
        await a_customer(client, first_name="Eva", phone_number="+52 55 1234 5678", email=None)
        assert await self.names(client, search="5512345678") == ["Eva"]

    async def test_finds_an_email_in_either_form_of_its_domain(self, client: AsyncClient) -> None:
        await a_customer(client, first_name="Eva", phone_number="56", email="eva@Ñandú.mx")
        await a_customer(client, first_name="Lía", phone_number="57", email="lia@xn--and-6ma2c.mx")
        assert await self.names(client, search="eva@xn--and-6ma2c.mx") == ["Eva"]
        assert await self.names(client, search="lia@ñandú.mx") == ["Lía"]

    async def test_sorts_as_a_spanish_dictionary(self, client: AsyncClient) -> None:
        for number, name in enumerate(["ñu", "nube", "Óscar", "zoe", "oca"]):
            await a_customer(client, first_name=name, phone_number=f"6{number}", email=None)
        assert await self.names(client, ordering="first_name") == [
            *("Ana", "Maria", "nube", "ñu", "oca", "Óscar", "Zoe", "zoe")
        ]

    async def test_sorts_as_asked(self, client: AsyncClient) -> None:
        assert await self.names(client, ordering="first_name") == ["Ana", "Maria", "Zoe"]
        assert await self.names(client, ordering="-last_name") == ["Ana", "Zoe", "Maria"]

    async def test_ignores_an_ordering_by_what_is_no_field(self, client: AsyncClient) -> None:
        assert await self.names(client, ordering="deleted_at") == ["Maria", "Ana", "Zoe"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", CUSTOMERS), ("PUT", customer_path(2)), ("PATCH", customer_path(2))]
)
async def test_taken_contacts_are_reported_beside_a_malformed_date(
    client: AsyncClient, method: str, path: str
) -> None:
    await a_customer(client)
    await a_customer(client, phone_number="5500000000", email="otra@email.com")
    response = await client.request(method, path, json={**MARIA, "birth_date": "yesterday"})
    assert (response.status_code, response.json()) == (
        400,
        {"birth_date": BAD_DATE, **PHONE_TAKEN, **EMAIL_TAKEN},
    )


async def test_own_contacts_are_not_taken_beside_a_malformed_date(client: AsyncClient) -> None:
    await a_customer(client)
    response = await client.put(customer_path(1), json={**MARIA, "birth_date": "yesterday"})
    assert response.json() == {"birth_date": BAD_DATE}


class TestANumberThatTwoCustomersHaveSinceBefore:
    @pytest.fixture(autouse=True)
    async def jose(self, client: AsyncClient, deps: Deps) -> None:
        """José has Maria's number since a version that told two spellings apart."""
        await a_customer(client)
        await a_customer(client, phone_number="5500000000", email=None)
        shared = {"phone_number": MARIA["phone_number"]}
        await deps.database.execute(
            "update customers set phone_number = %(phone_number)s, phone_shared = true where id = 2", shared
        )

    async def test_stays_with_both(self, client: AsyncClient) -> None:
        for customer_id in (1, 2):
            response = await client.patch(customer_path(customer_id), json={"last_name": "Ruiz"})
            assert response.status_code == 200

    async def test_can_be_written_again(self, client: AsyncClient) -> None:
        body = {**MARIA, "email": None}
        assert (await client.put(customer_path(2), json=body)).status_code == 200
        response = await client.put(customer_path(2), json={**body, "birth_date": "yesterday"})
        assert response.json() == {"birth_date": BAD_DATE}

    async def test_is_free_once_the_one_who_has_it_by_right_is_gone(self, client: AsyncClient) -> None:
        await client.delete(customer_path(1))
        response = await client.post(CUSTOMERS, json={**MARIA, "birth_date": "yesterday"})
        assert response.json() == {"birth_date": BAD_DATE}
        await a_customer(client)

    async def test_once_changed_is_the_customer_s_own(self, client: AsyncClient) -> None:
        own = {"phone_number": "5599999999"}
        assert (await client.patch(customer_path(2), json=own)).status_code == 200
        response = await client.post(CUSTOMERS, json={**MARIA, **own, "email": None})
        assert (response.status_code, response.json()) == (400, PHONE_TAKEN)
