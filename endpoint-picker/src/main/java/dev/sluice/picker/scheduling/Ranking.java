package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.Decision;
import java.util.Arrays;

/// The order of a [PriceList], as far as a decision tells it: the chosen endpoint, the cheapest others, and the
/// minimum and the median of the rest. Nothing is sorted; that would cost more than all prices together.
///
/// A thread uses one ranking for all its decisions.
final class Ranking {
    /// The endpoints that a decision shows, and the first of the rest.
    private static final int KEPT = Decision.CANDIDATES + 1;

    /// The cheapest, ascending: a price and an index in one long that sorts by price, then by index.
    private final long[] cheapest = new long[KEPT];

    private final int[] digits = new int[256];
    private int kept;
    private int chosen;
    /// By index; in any order after [#medianBeyond].
    private int[] keys = new int[0];

    /// Finds the cheapest; the very cheapest counts as chosen.
    void rank(PriceList prices) {
        kept = 0;
        if (keys.length < prices.size()) {
            keys = new int[prices.size()];
        }
        int[] all = keys;
        for (int i = 0; i < prices.size(); i++) {
            all[i] = key(prices.total(i));
        }
        for (int i = 0; i < prices.size(); i++) {
            long entry = (long) all[i] << 32 | i;
            if (kept < KEPT) {
                insert(entry, kept++);
            } else if (entry < cheapest[KEPT - 1]) {
                insert(entry, KEPT - 1);
            }
        }
        chosen = (int) cheapest[0];
    }

    private void insert(long entry, int last) {
        int at = last;
        while (at > 0 && cheapest[at - 1] > entry) {
            cheapest[at] = cheapest[at - 1];
            at--;
        }
        cheapest[at] = entry;
    }

    int chosen() {
        return chosen;
    }

    /// Chooses another than the cheapest.
    void choose(int index) {
        chosen = index;
    }

    /// The index of the endpoint in the order of preference: the chosen first, then from the cheapest on.
    ///
    /// @param rank 0 to [Decision#CANDIDATES] − 1
    int index(int rank) {
        return rank == 0 ? chosen : (int) cheapest[other(rank)];
    }

    /// The index in `cheapest` of the endpoint with a rank behind the chosen.
    private int other(int rank) {
        for (int i = 0; i < rank; i++) {
            if ((int) cheapest[i] == chosen) {
                return rank;
            }
        }
        return rank - 1;
    }

    /// The lowest price beyond the first `shown` ranks.
    float minimumBeyond(int shown) {
        return price((int) (cheapest[other(shown)] >> 32));
    }

    /// The median price beyond the first `shown` ranks, the upper one of two. Asked for once after [#rank], for it
    /// spoils the keys.
    float medianBeyond(int shown, PriceList prices) {
        int count = prices.size() - 1;
        keys[chosen] = keys[count];
        int shownOthers = shown - 1;
        return price(select(count, shownOthers + (count - shownOthers) / 2));
    }

    /// The element of `keys[0..size)` that would stand at `rank` if they were sorted; destroys their order.
    ///
    /// Most significant digit first, from the first bit in which the elements differ on: in each round, those
    /// with the digit of the wanted one remain. As prices spread, few do after the first.
    private int select(int size, int rank) {
        int remaining = size;
        int wanted = rank;
        while (true) {
            int all = -1;
            int any = 0;
            for (int i = 0; i < remaining; i++) {
                all &= keys[i];
                any |= keys[i];
            }
            if (all == any) {
                return all;
            }
            int shift = Math.max(0, Integer.SIZE - Byte.SIZE - Integer.numberOfLeadingZeros(all ^ any));
            // The sign is the one bit whose 0 sorts behind its 1.
            int flip = Integer.MIN_VALUE;
            Arrays.fill(digits, 0);
            for (int i = 0; i < remaining; i++) {
                digits[(keys[i] ^ flip) >>> shift & 0xFF]++;
            }
            int digit = 0;
            while (wanted >= digits[digit]) {
                wanted -= digits[digit++];
            }
            int same = 0;
            for (int i = 0; i < remaining; i++) {
                int key = keys[i];
                keys[same] = key;
                same += ((key ^ flip) >>> shift & 0xFF) == digit ? 1 : 0;
            }
            remaining = same;
        }
    }

    /// An int that sorts as the price does.
    private static int key(float price) {
        int bits = Float.floatToIntBits(price);
        // Negative floats sort backwards by their bits: flip all but the sign.
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    private static float price(int key) {
        return Float.intBitsToFloat(key ^ ((key >> 31) & Integer.MAX_VALUE));
    }
}
