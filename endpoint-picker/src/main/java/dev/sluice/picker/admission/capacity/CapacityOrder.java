package dev.sluice.picker.admission.capacity;

import java.util.Arrays;

/// The endpoints of a pool, by the time from which each may have capacity within one limit: a binary heap.
///
/// The time of an endpoint is never later than the true one, as long as each change that may free capacity is told
/// here: a backlog drains no faster than the clock runs, and work that is placed only adds to it. So an endpoint
/// is looked at when it comes to the top, and only then. A change and a look take O(log n). Not thread-safe.
///
/// For example, three endpoints have a backlog for 300, 20 and 70 ms more than they may. None is looked at for
/// 20 ms. A request ends at the first, which then stands at the top, is looked at and has capacity.
final class CapacityOrder {
    /// The time of an endpoint that has to be looked at.
    private static final long NOW = Long.MIN_VALUE;
    /// The time of an endpoint that has no capacity until it changes.
    private static final long NEVER = Long.MAX_VALUE;

    private final Check check;
    private final long base;
    /// By position in the pool, in nanoseconds after `base`.
    private final long[] times;
    /// Positions as a heap: none comes before its parent.
    private final int[] heap;
    /// By position, its index in the heap.
    private final int[] indices;

    /// A look at one endpoint.
    @FunctionalInterface
    interface Check {
        /// The time until the endpoint can take a request: 0 when it can now, [Saturation#UNKNOWN] where it has to
        /// change
        /// first.
        long untilCapacity(int position, long now);
    }

    CapacityOrder(int endpoints, Check check, long now) {
        this.check = check;
        this.base = now;
        this.times = new long[endpoints];
        this.heap = new int[endpoints];
        this.indices = new int[endpoints];
        refresh();
    }

    /// Has each endpoint looked at again.
    void refresh() {
        Arrays.fill(times, NOW);
        for (int position = 0; position < heap.length; position++) {
            heap[position] = position;
            indices[position] = position;
        }
    }

    /// An endpoint may have capacity now.
    void changed(int position) {
        times[position] = NOW;
        rise(indices[position]);
    }

    /// The position of an endpoint with capacity, or -1.
    int next(long now) {
        while (heap.length > 0) {
            int position = heap[0];
            if (times[position] > now - base) {
                return -1;
            }
            long until = check.untilCapacity(position, now);
            if (until == 0) {
                return position;
            }
            long later = now - base + until;
            times[position] = until == Saturation.UNKNOWN || later < 0 ? NEVER : later;
            sink();
        }
        return -1;
    }

    /// The time until an endpoint may have capacity, where [#next] has found none: [Saturation#UNKNOWN] where one has
    /// to change first.
    long untilNext(long now) {
        long first = heap.length == 0 ? NEVER : times[heap[0]];
        return first == NEVER ? Saturation.UNKNOWN : Math.max(0, first - (now - base));
    }

    private boolean isBefore(int one, int other) {
        return times[one] < times[other] || (times[one] == times[other] && one < other);
    }

    private void rise(int from) {
        int position = heap[from];
        int at = from;
        while (at > 0 && isBefore(position, heap[(at - 1) / 2])) {
            put(at, heap[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        put(at, position);
    }

    /// Moves the top down to where it belongs.
    private void sink() {
        int position = heap[0];
        int at = 0;
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (isBefore(position, heap[child])) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, position);
    }

    private void put(int index, int position) {
        heap[index] = position;
        indices[position] = index;
    }
}
