package dev.sluice.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/// Wakes the reconciler for one object.
final class WakeUps<P extends HasMetadata> extends AbstractEventSource<Void, P> {

    WakeUps() {
        super(Void.class, "view");
    }

    void wake(ResourceID object) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(object));
        }
    }

    @Override
    public Set<Void> getSecondaryResources(P primary) {
        return Set.of();
    }
}
