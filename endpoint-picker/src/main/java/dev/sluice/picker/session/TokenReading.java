package dev.sluice.picker.session;

/// The result of reading a token.
public sealed interface TokenReading {
    /// The token's signature holds for this model, and its time has not passed.
    record Good(Session session) implements TokenReading {}

    /// It counts as no session.
    record Invalid(RefusalReason reason) implements TokenReading {}

    /// The reason, as meters name it.
    enum RefusalReason {
        /// The text does not have a token's form.
        MALFORMED("malformed"),
        /// No key has signed it for this model: it is forged, another model's, or its key is gone.
        UNVERIFIED("unverified"),
        EXPIRED("expired"),
        /// The token names a pool that does not serve the model here.
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
