"""`/amc/accounts`: the AMC accounts of the user, at any host."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from amc_sandbox import rules
from amc_sandbox.families import ACCOUNTS
from amc_sandbox.routes.pages import page
from amc_sandbox.wire import Answer, Call, endpoint
from amc_sandbox.world import ACCOUNTS as KNOWN


def list_accounts(call: Call) -> Answer:
    found = [
        {"accountId": one.account_id, "accountName": one.name, "marketplaceId": one.marketplace}
        for one in KNOWN
        if one.user == call.grant.user
    ]
    size = min(rules.ACCOUNT_PAGE, call.sandbox.policy.page_size)
    return Answer(200, page("amcAccounts", found, call.query("nextToken"), size))


ROUTES: Final = (Route("/amc/accounts", endpoint(ACCOUNTS, list_accounts), methods=["GET"]),)
