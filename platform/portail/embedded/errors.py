"""What can go wrong with the servers of one machine."""


class EmbeddedError(Exception):
    """A server cannot be started; the message, in French, tells the person at the terminal why."""


class DataDirInUseError(EmbeddedError):
    """Another live process already runs the servers of this data folder."""
