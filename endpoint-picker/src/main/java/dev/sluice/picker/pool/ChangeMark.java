package dev.sluice.picker.pool;

import org.jspecify.annotations.Nullable;

/// The marks of one endpoint among those of its pool's snapshot. The parts of an endpoint set them after each change.
/// Thread-safe.
final class ChangeMark {
    private volatile @Nullable MarkedPosition place;

    private record MarkedPosition(ChangeMarks capacity, ChangeMarks loads, ListedModels models, int position) {}

    /// The endpoint stands at that position of a new snapshot.
    void moveTo(ChangeMarks capacity, ChangeMarks loads, ListedModels models, int position) {
        place = new MarkedPosition(capacity, loads, models, position);
    }

    /// A change may have given the endpoint capacity, and a request another price.
    void set() {
        MarkedPosition now = place;
        if (now != null) {
            now.capacity().mark(now.position());
            now.loads().mark(now.position());
        }
    }

    /// The endpoint's list of models changed.
    void setModels() {
        MarkedPosition now = place;
        if (now != null) {
            now.models().changed();
        }
    }

    /// A change may have given a request another price, and no more.
    void setPrice() {
        MarkedPosition now = place;
        if (now != null) {
            now.loads().mark(now.position());
        }
    }
}
