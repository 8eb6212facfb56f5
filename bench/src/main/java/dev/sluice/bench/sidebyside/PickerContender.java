package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.EnvoyConfig;
import dev.sluice.bench.rig.NamedPicker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A way through Envoy that is measured: with a picker, or without any.
///
/// @param picker the process that Envoy asks, or null
record PickerContender(String name, @Nullable NamedPicker picker) {
    static final PickerContender NONE = new PickerContender("none", null);
    static final String NO_OP = "no-op";
    static final String SLUICE = "sluice";

    /// Reads `name=host:port,pid`, with `,tls` behind if need be.
    static PickerContender parse(String argument) {
        return of(NamedPicker.parse(argument));
    }

    static PickerContender of(NamedPicker picker) {
        return new PickerContender(picker.name(), picker);
    }

    /// A listener of Envoy for each contender and body mode.
    static List<EnvoyConfig.Listener> listeners(List<PickerContender> contenders, List<Work.BodyMode> modes) {
        return contenders.stream()
                .flatMap(contender -> modes.stream().map(contender::listener))
                .toList();
    }

    /// The name of the listener that leads through this contender.
    String listenerName(Work.BodyMode mode) {
        return name + "/" + mode.response();
    }

    private EnvoyConfig.Listener listener(Work.BodyMode mode) {
        return new EnvoyConfig.Listener(listenerName(mode), picker, mode.response(), false);
    }
}
