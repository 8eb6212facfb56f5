package dev.sluice.picker.session;

/// What a token turned out to be.
public sealed interface TokenReading {
    /// It is one of ours, for this model, and its time has not passed.
    record Good(Session session) implements TokenReading {}

    /// It counts as no session.
    record Invalid(RefusalReason reason) implements TokenReading {}

    /// Why, as meters name it.
    enum RefusalReason {
        /// Not of a token's form.
        MALFORMED("malformed"),
        /// No key has signed it for this model: it is forged, another model's, or its key is gone.
        UNVERIFIED("unverified"),
        EXPIRED("expired"),
        /// Of a pool that the model does not run in here.
        FOREIGN("foreign");

        private final String label;

        RefusalReason(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
