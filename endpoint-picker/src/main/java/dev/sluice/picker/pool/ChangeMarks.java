package dev.sluice.picker.pool;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/// Marks at small numbers: any thread marks what has changed, and a reader takes all marks and looks at only that.
///
/// A number is marked after what it stands for has changed, and its mark is taken before that is read. So the
/// reader sees each change now, or finds a mark the next time. Marking what is marked already is one read.
/// Thread-safe.
public final class ChangeMarks {
    /// A bit for each number.
    private final AtomicLongArray words;

    public ChangeMarks(int numbers) {
        this.words = new AtomicLongArray((numbers + Long.SIZE - 1) / Long.SIZE);
    }

    public void mark(int number) {
        int word = number / Long.SIZE;
        long bit = 1L << number;
        if ((words.get(word) & bit) == 0) {
            words.accumulateAndGet(word, bit, (one, other) -> one | other);
        }
    }

    /// Takes all marks, and visits their numbers.
    public void take(IntConsumer visitor) {
        for (int word = 0; word < words.length(); word++) {
            if (words.get(word) != 0) {
                for (long bits = words.getAndSet(word, 0); bits != 0; bits &= bits - 1) {
                    visitor.accept(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
                }
            }
        }
    }
}
