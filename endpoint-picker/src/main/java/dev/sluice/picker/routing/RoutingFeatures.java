package dev.sluice.picker.routing;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.session.SessionTokens;
import org.jspecify.annotations.Nullable;

/// The features of routing that not every picker has.
///
/// @param sessions null for a picker that keeps no sessions
/// @param admission null for a picker whose requests never wait for capacity
public record RoutingFeatures(
        @Nullable SessionTokens sessions, @Nullable AdmissionControl admission, Tokenization tokenization) {}
