package dev.sluice.simulator.engine;

import java.util.List;

/// A model on its accelerators: how fast it runs and how much KV cache is left beside the weights.
///
/// The fits are for vLLM and bf16; the blocks are of 16 tokens at a memory utilization of 0.9.
///
/// @param name `<accelerator>-<size>`, with `-tp<gpus>` where several GPUs hold one replica
public record Profile(String name, Accelerator accelerator, int gpus, Fit fit, int kvBlocks) {

    public static final Profile H100_8B =
            new Profile("h100-8b", Accelerator.H100, 1, new Fit(3.53, 0.01807, 0.5787, 6.38, 0.0131, 0.04079), 27_000);
    public static final Profile H200_8B =
            new Profile("h200-8b", Accelerator.H200, 1, new Fit(2.26, 0.01881, 0.5372, 4.91, 0.0130, 0.02899), 55_000);
    public static final Profile A100_8B =
            new Profile("a100-8b", Accelerator.A100, 1, new Fit(8.57, 0.05362, 1.6147, 11.72, 0.0329, 0.07948), 27_000);
    public static final Profile L40S_8B = new Profile(
            "l40s-8b", Accelerator.L40S, 1, new Fit(12.64, 0.05675, 2.7884, 22.12, 0.0480, 0.18333), 11_500);
    public static final Profile H100_70B_TP4 = new Profile(
            "h100-70b-tp4", Accelerator.H100, 4, new Fit(8.37, 0.05854, 0.7494, 15.24, 0.0325, 0.02663), 28_700);
    public static final Profile H100_70B_TP8 = new Profile(
            "h100-70b-tp8", Accelerator.H100, 8, new Fit(7.09, 0.03836, 0.2326, 10.05, 0.0232, 0.01347), 86_000);
    public static final Profile A100_70B_TP4 = new Profile(
            "a100-70b-tp4", Accelerator.A100, 4, new Fit(17.62, 0.15687, 1.2337, 27.61, 0.0975, 0.05987), 28_700);
    public static final Profile H200_70B_TP4 = new Profile(
            "h200-70b-tp4", Accelerator.H200, 4, new Fit(6.92, 0.05711, 1.0173, 12.03, 0.0334, 0.01879), 73_000);

    public static final List<Profile> ALL =
            List.of(H100_8B, H200_8B, A100_8B, L40S_8B, H100_70B_TP4, H100_70B_TP8, A100_70B_TP4, H200_70B_TP4);

    /// The profile of that name.
    ///
    /// @throws IllegalArgumentException when there is none
    public static Profile named(String name) {
        return ALL.stream()
                .filter(profile -> profile.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile is named '" + name + "'; known: "
                        + ALL.stream().map(Profile::name).toList()));
    }
}
