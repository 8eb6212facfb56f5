package dev.sluice.picker.prefix;

/// The ranges of endpoints that a lookup has yet to search, each with the bounds of its depths.
///
/// Each halving of the bounds splits a range in two and searches one of the two first, so no more ranges wait than
/// an int can be halved.
final class SearchRanges {
    private static final int FIELDS = 4;
    private static final int MOST = Integer.SIZE + 1;

    private final int[] waiting = new int[MOST * FIELDS];
    private int end;

    private int from;
    private int to;
    private int held;
    private int beyond;

    /// Adds the endpoints at `first..last`, whose depth lies between `least` and `limit` − 1.
    void add(int first, int last, int least, int limit) {
        if (first < last) {
            waiting[end] = first;
            waiting[end + 1] = last;
            waiting[end + 2] = least;
            waiting[end + 3] = limit;
            end += FIELDS;
        }
    }

    /// Takes the range that was added last.
    ///
    /// @return whether there was one
    boolean next() {
        if (end == 0) {
            return false;
        }
        end -= FIELDS;
        from = waiting[end];
        to = waiting[end + 1];
        held = waiting[end + 2];
        beyond = waiting[end + 3];
        return true;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /// Blocks that all endpoints of the range hold.
    int held() {
        return held;
    }

    /// Blocks that none of them holds.
    int beyond() {
        return beyond;
    }
}
