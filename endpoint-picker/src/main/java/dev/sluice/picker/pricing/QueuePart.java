package dev.sluice.picker.pricing;

/// The wait before a request begins.
///
/// ```
/// queue = max(prefill work ahead, wait for a batch slot) + half a step of a busy engine                  [ms]
/// ```
///
/// Prefills and departures from the batch go on at the same time, so the longer wait counts. A request meets a
/// running step in its middle on average. Example: with 80 ms of prefills ahead, a
/// free slot and steps of 20 ms the part is 90 ms.
final class QueuePart {
    private QueuePart() {}

    /// @param prefillsAhead prefill work that comes before the request's own [ms]
    /// @param slotWait the wait for a batch slot [ms]
    static double millis(double prefillsAhead, double slotWait, boolean busy, double step) {
        return Math.max(prefillsAhead, slotWait) + (busy ? step / 2 : 0);
    }
}
