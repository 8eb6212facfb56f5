package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Picker;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.backend.Backend.PickerService;
import dev.sluice.operator.resolve.resources.Resolution;

/// Finds the endpoint picker of a pool: the one that the settings name, or the Service that the pool refers to.
sealed interface PickerLookup {

    record Found(Picker picker) implements PickerLookup {}

    record NotFound(String reason) implements PickerLookup {}

    static PickerLookup of(Backend.ResolvedPool pool, Settings settings) {
        if (settings.picker() != null) {
            return new Found(settings.picker());
        }
        return switch (pool.picker()) {
            case Resolution.Complete<PickerService>(PickerService service) -> new Found(ofService(service));
            case Resolution.Missing<PickerService>(String reason) -> new NotFound(reason);
            case Resolution.Forbidden<PickerService>(String reason) -> new NotFound(reason);
            case Resolution.Conflict<PickerService>(String reason) -> new NotFound(reason);
            case Resolution.Unsupported<PickerService>(String reason) -> new NotFound(reason);
        };
    }

    private static Picker ofService(PickerService picker) {
        return new Picker(
                ServiceEndpoints.name(picker.service()), ServiceEndpoints.of(picker.service()), true, picker.shared());
    }
}
