package dev.sluice.picker.request;

import org.jspecify.annotations.Nullable;

/// The session token that a client sends, not yet verified.
public interface SessionClaim {
    /// Of a client that shows nothing.
    SessionClaim NONE = new SessionClaim() {
        @Override
        public @Nullable String header() {
            return null;
        }

        @Override
        public @Nullable String cookie(String name) {
            return null;
        }

        @Override
        public boolean isSecure() {
            return false;
        }
    };

    /// The token in the header for it, or null when there is none.
    @Nullable
    String header();

    /// The value of the first cookie of that name, or null when there is none.
    @Nullable
    String cookie(String name);

    /// The client came by HTTPS.
    boolean isSecure();
}
