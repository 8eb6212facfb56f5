package dev.sluice.picker.telemetry;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The end of meters whose label value has given up its place.
final class Forgetting {
    private Forgetting() {}

    /// Takes what stands under such keys out of the map, and hands it over.
    static <K, V> void from(Map<K, V> meters, Predicate<K> which, Consumer<? super V> removed) {
        meters.entrySet().removeIf(each -> {
            boolean goes = which.test(each.getKey());
            if (goes) {
                removed.accept(each.getValue());
            }
            return goes;
        });
    }
}
