"""The relay as a part of Celery's worker: a thread in its main process.

It starts after the pool has forked and before the consumer connects, so that it looks, and gets the work done by a
helper, although the broker was never there.
"""

from typing import Any

from celery import Celery, bootsteps
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError

from app.store.outbox import Lane
from workers.alone import HelperProcess
from workers.celery_settings import ROUTES
from workers.drain import LANES, MAIL
from workers.relay import RING_LIVES, BrokerAwayError, Relay, RelayThread
from workers.runtime import runtime

TASK_OF_LANE = {
    Lane.NOTICES.value: "workers.tasks.drain_notices",
    Lane.MATCHING.value: "workers.tasks.drain_matching",
    MAIL: "workers.tasks.send_mails",
}
# A relay must not hang on a broker that accepts and never answers.
IMPATIENT = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 1, "interval_start": 0}


class Doorbell:
    """Rings a lane over a connection of its own, which gives up quickly."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._connection: Any = None

    def ring(self, lane: str) -> None:
        """Send the lane's task once. Raises BrokerAwayError."""
        try:
            if self._connection is None:
                self._connection = self._app.connection_for_write(
                    connect_timeout=1, transport_options={**self._app.conf.broker_transport_options, **IMPATIENT}
                )
            self._app.send_task(
                TASK_OF_LANE[lane], connection=self._connection, retry=False, expires=RING_LIVES.total_seconds()
            )
        except (OSError, BrokerError, KombuError, *self._errors()) as error:
            self.close()
            raise BrokerAwayError(type(error).__name__) from error

    def close(self) -> None:
        """Forget the connection; the next ring opens another."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.collect()

    def _errors(self) -> tuple[type[Exception], ...]:
        if self._connection is None:
            return ()
        return (*self._connection.connection_errors, *self._connection.channel_errors)


class RelayStep(bootsteps.StartStopStep):  # type: ignore[misc] # Celery has no types
    """Starts and stops the relay with the worker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(parent, **options)
        self._thread: RelayThread | None = None

    def start(self, parent: Any) -> None:  # noqa: ANN401
        """Watch the lanes whose queues this worker reads."""
        queues = set(parent.app.amqp.queues.consume_from)
        lanes = [lane for lane in LANES if ROUTES[TASK_OF_LANE[lane]] in queues]
        helper = HelperProcess()
        relay = Relay(runtime().database, lanes, ring=Doorbell(parent.app).ring, helper=helper)
        self._thread = RelayThread(relay, helper)
        self._thread.start()

    def stop(self, _parent: Any) -> None:  # noqa: ANN401
        """Stop looking."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    terminate = stop
