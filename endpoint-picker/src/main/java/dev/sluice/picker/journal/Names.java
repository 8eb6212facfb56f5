package dev.sluice.picker.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Numbers for what many decisions name: endpoints, pools, policies. Names that clients choose have none.
///
/// A number is never given to another name. Pods come and go, so that the numbers run out some day; the journal then
/// begins anew.
final class Names {
    private static final int MAX = 1 << 17;
    /// Left free when [#full()], for the decisions that are being written at that moment.
    private static final int SLACK = 1 << 10;

    private final Map<Object, Integer> numbers = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<Object> names = new AtomicReferenceArray<>(MAX);
    private final AtomicInteger next = new AtomicInteger();

    boolean full() {
        return next.get() >= MAX - SLACK;
    }

    int numberOf(Object name) {
        Integer known = numbers.get(name);
        return known != null ? known : numbers.computeIfAbsent(name, this::add);
    }

    @Nullable
    Object name(int number) {
        return number >= 0 && number < MAX ? names.get(number) : null;
    }

    private int add(Object name) {
        int number = next.getAndIncrement();
        names.set(number, name);
        return number;
    }
}
