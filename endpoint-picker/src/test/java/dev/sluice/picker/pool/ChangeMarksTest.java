package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ChangeMarksTest {
    private static List<Integer> taken(ChangeMarks marks) {
        List<Integer> taken = new ArrayList<>();
        marks.take(taken::add);
        return taken;
    }

    @Test
    void eachMarkIsTakenOnce() {
        ChangeMarks marks = new ChangeMarks(130);
        for (int number : new int[] {129, 0, 64, 63, 0}) {
            marks.mark(number);
        }
        assertThat(taken(marks)).containsExactly(0, 63, 64, 129);
        assertThat(taken(marks)).isEmpty();
    }

    /// A writer counts up and marks; in the end the reader has seen each last count, though it only looks at marks.
    @Test
    void noChangeIsMissedHoweverThreadsMeet() throws InterruptedException {
        int numbers = 100;
        ChangeMarks marks = new ChangeMarks(numbers);
        AtomicIntegerArray state = new AtomicIntegerArray(numbers);
        int[] seen = new int[numbers];
        AtomicBoolean ended = new AtomicBoolean();
        Thread reader = Thread.ofPlatform().start(() -> {
            boolean last = false;
            while (!last) {
                last = ended.get();
                marks.take(number -> seen[number] = state.get(number));
            }
        });
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
            SplittableRandom random = new SplittableRandom(writer);
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 500_000; i++) {
                    int number = random.nextInt(numbers);
                    state.incrementAndGet(number);
                    marks.mark(number);
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        ended.set(true);
        reader.join();
        for (int number = 0; number < numbers; number++) {
            assertThat(seen[number]).isEqualTo(state.get(number));
        }
    }
}
