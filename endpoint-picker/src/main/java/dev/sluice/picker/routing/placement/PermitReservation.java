package dev.sluice.picker.routing.placement;

import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.prompt.TokenUsage;

/// The permit by which a request runs, and what its tenant is charged for it.
record PermitReservation(AdmissionPermit permit, ExpectedWork expected) implements Reservation {
    /// Charges what the request is expected to use.
    static PermitReservation take(AdmissionPermit permit, ExpectedWork expected) {
        permit.charge(expected.uncachedTokens(), expected.outputTokens());
        return new PermitReservation(permit, expected);
    }

    @Override
    public void release(PlacementEnd end) {
        try {
            chargeUse(end);
        } finally {
            permit.ended(end.nowNanos());
        }
    }

    /// Charges what the request has used. What an engine does not report is taken to be as expected; of an answer that
    /// never began only the prompt counts.
    private void chargeUse(PlacementEnd end) {
        TokenUsage usage = end.usage();
        if (usage != null && usage.cachedTokens() != TokenUsage.UNKNOWN) {
            permit.charge(usage.promptTokens() - usage.cachedTokens(), usage.completionTokens());
        } else if (usage != null) {
            permit.charge(expected.uncachedTokens(), usage.completionTokens());
        } else if (end.countedTokens() > 0) {
            permit.charge(expected.uncachedTokens(), end.countedTokens());
        } else if (!end.started()) {
            permit.charge(expected.uncachedTokens(), 0);
        }
    }
}
