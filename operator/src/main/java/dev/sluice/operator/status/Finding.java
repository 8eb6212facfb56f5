package dev.sluice.operator.status;

/// A condition of a resource as it is now; when it last changed, the one who writes the status knows.
///
/// @param type what is said, as a condition type
/// @param reason why, as a condition reason
/// @param message a sentence for the resource's owner
public record Finding(String type, Truth truth, String reason, String message) {

    /// The truth of a condition.
    public enum Truth {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String status;

        Truth(String status) {
            this.status = status;
        }

        String status() {
            return status;
        }
    }

    static Finding holds(String type, String reason, String message) {
        return new Finding(type, Truth.TRUE, reason, message);
    }

    static Finding fails(String type, String reason, String message) {
        return new Finding(type, Truth.FALSE, reason, message);
    }

    static Finding unknown(String type, String reason, String message) {
        return new Finding(type, Truth.UNKNOWN, reason, message);
    }

    public boolean holds() {
        return truth == Truth.TRUE;
    }
}
