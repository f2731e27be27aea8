"""The client of auth: finds users by their ids."""

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal import auth as contract
from libs.common.contracts.internal.auth import user_path
from services.sales.domain.shoppers import Shopper, ShopperNotFound


class AuthShoppers:
    """Implements `usecases.ports.Shoppers`."""

    def __init__(self, auth: ServiceClient) -> None:
        self._auth = auth

    async def find(self, user_id: int) -> Shopper:
        """See `Shoppers.find`."""
        try:
            user: contract.UserAnswer = await self._auth.get(user_path(user_id))
        except RemoteRefusal as refusal:
            if refusal.code == contract.NOT_FOUND:
                raise ShopperNotFound from refusal
            raise
        if not user["is_active"]:
            raise ShopperNotFound
        return Shopper(user["user_id"], user["username"], user.get("is_supervisor", False))
