package dev.sluice.picker.admission;

import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Requests of tests: one pool serves them, they preempt nothing, and no endpoint holds their prompts.
final class TestRequests {
    private TestRequests() {}

    static AdmissionRequest request(Priority priority, String tenant, long bytes) {
        return new AdmissionRequest(
                new Precedence(priority, Preempts.NOBODY),
                new TenantShare(tenant, 1),
                bytes,
                Long.MAX_VALUE,
                Reuse.NONE,
                null);
    }

    /// A request that another pool could serve where `elsewhere` is not null.
    static AdmissionRequest request(Reuse reuse, @Nullable BooleanSupplier elsewhere) {
        return new AdmissionRequest(
                new Precedence(Priority.STANDARD, Preempts.NOBODY),
                new TenantShare("a", 1),
                100,
                Long.MAX_VALUE,
                reuse,
                elsewhere);
    }
}
