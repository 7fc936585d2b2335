"""One client a call, for one account: nothing of it is shared, and the library's own global key is never set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import stripe

from billing.providers.base import Mode, ProviderError

API_URL = "https://api.stripe.com"
CONNECT_SECONDS = 5.0
RETRIES = 1  # with the same idempotency key, hence without effect when the first try had one


@contextmanager
def client_for(
    config: Mapping[str, str], mode: Mode, *, timeout_seconds: float
) -> Iterator[stripe.StripeClient]:
    """Raises ProviderError for whatever Stripe refuses or does not answer inside the block."""
    http = stripe.RequestsClient(timeout=(min(CONNECT_SECONDS, timeout_seconds), timeout_seconds))
    try:
        yield stripe.StripeClient(
            secret(config, mode, "key"),
            stripe_account=config["account"] if config.get("connect") == "oui" else None,
            base_addresses={"api": config.get("api_url") or API_URL},
            max_network_retries=RETRIES,
            http_client=http,
        )
    except stripe.StripeError as error:
        raise _provider_error(error) from error
    finally:
        http.close()


def secret(config: Mapping[str, str], mode: Mode, name: str) -> str:
    """The ``key`` or the ``webhook`` secret of a mode; empty when there is none."""
    return config.get(f"{name}_production" if mode == Mode.PRODUCTION else f"{name}_test", "")


def _provider_error(error: stripe.StripeError) -> ProviderError:
    # Not all of the library's errors keep the code that Stripe gave.
    code = error.code or getattr(error.error, "code", None) or type(error).__name__
    if isinstance(error, stripe.APIConnectionError):
        return ProviderError("Stripe est injoignable.", code=code, permanent=False)
    said = error.user_message or str(error)
    permanent = isinstance(
        error,
        stripe.InvalidRequestError
        | stripe.AuthenticationError
        | stripe.PermissionError
        | stripe.IdempotencyError
        | stripe.CardError,
    )
    return ProviderError(f"Stripe : {said}", code=code, permanent=permanent)
