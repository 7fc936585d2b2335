CART_PURPOSE = "booking.cart"


class CartPurpose: ...
