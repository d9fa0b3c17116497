"""What the server's log has to be read by."""

from pgadvisor.connect import Session, load
from pgadvisor.model.log import LogSource


def read_log_source(session: Session) -> LogSource:
    return LogSource(**session.read(load("collect/log"))[0])
