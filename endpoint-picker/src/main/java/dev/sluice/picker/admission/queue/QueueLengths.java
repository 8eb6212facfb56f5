package dev.sluice.picker.admission.queue;

import java.util.Arrays;

/// The numbers of tenants that have at least 1, 2, 3 … requests waiting form a Fenwick tree: a change and a
/// sum take O(log n).
///
/// With three tenants that have 1, 2 and 5 requests, the counts are 3, 2, 1, 1, 1; of each tenant at most two
/// requests are 3 + 2 = 5.
final class QueueLengths {
    private static final int LEAST = 16;

    /// Node i has the sum of the counts of i − (i & −i) + 1 … i.
    private int[] sums = new int[LEAST + 1];

    /// A tenant has so many requests now, one more than before.
    void grown(int requests) {
        if (requests >= sums.length) {
            enlarge(requests);
        }
        change(requests, 1);
    }

    /// A tenant had so many requests, and has one less now.
    void shrunk(int requests) {
        change(requests, -1);
    }

    /// The sum, over all tenants, of their requests, at most so many of each.
    int upTo(int requests) {
        int sum = 0;
        for (int i = Math.min(requests, sums.length - 1); i > 0; i -= i & -i) {
            sum += sums[i];
        }
        return sum;
    }

    private void change(int requests, int by) {
        for (int i = requests; i < sums.length; i += i & -i) {
            sums[i] += by;
        }
    }

    /// Of a tree whose size is a power of two, the root has the sum of all; so has each new node above it.
    private void enlarge(int requests) {
        int size = sums.length - 1;
        int larger = Integer.highestOneBit(requests) << 1;
        int all = sums[size];
        sums = Arrays.copyOf(sums, larger + 1);
        for (int i = size << 1; i <= larger; i <<= 1) {
            sums[i] = all;
        }
    }
}
