package dev.sluice.picker.admission;

import dev.sluice.picker.admission.queue.HeldBytes;
import dev.sluice.picker.cost.RateBook;
import java.util.concurrent.atomic.AtomicInteger;

/// The context that the queues of all pools share.
///
/// @param bytes bodies of all queued requests
/// @param rates how fast endpoints are
/// @param movable counts queued requests that another pool could serve
record QueueContext(
        Execution execution, AdmissionWatch watch, HeldBytes bytes, RateBook rates, AtomicInteger movable) {}
