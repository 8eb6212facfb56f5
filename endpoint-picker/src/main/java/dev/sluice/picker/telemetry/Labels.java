package dev.sluice.picker.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Bounds how many values a label takes when clients choose them: beyond the bound all are `other`.
final class Labels {
    static final String OTHER = "other";

    private final int limit;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Labels(int limit) {
        this.limit = limit;
    }

    String admit(String value) {
        if (known.contains(value)) {
            return value;
        }
        if (known.size() >= limit) {
            return OTHER;
        }
        known.add(value);
        return value;
    }
}
