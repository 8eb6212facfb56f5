package dev.sluice.picker.settings;

/// The settings of a pool's signals.
///
/// @param polling how often engines' pages are read
/// @param sources where signals come from, other than from engines' pages
/// @param adapterChecks how it is learned which endpoints serve which adapters
public record SignalSettings(PollSettings polling, SignalSources sources, AdapterChecks adapterChecks) {
    public static final SignalSettings DEFAULT =
            new SignalSettings(PollSettings.DEFAULT, SignalSources.DEFAULT, AdapterChecks.NONE);
}
