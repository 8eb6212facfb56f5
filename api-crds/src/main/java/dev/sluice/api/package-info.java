/// The resource types of Sluice and of the Inference Gateway, as the API server stores them; nothing else.
///
/// One package per API version: `v1` is upstream's `inference.networking.k8s.io/v1`, `upstream` its older kinds,
/// `v1alpha1` Sluice's own
/// `inference.sluice.dev/v1alpha1`. Records fill in the defaults that the CRD's schema states, so that a resource read
/// from a file means what it would mean in a cluster. Read first: [dev.sluice.api.v1.InferencePoolSpec],
/// [dev.sluice.api.v1alpha1.InferenceModelSpec], [dev.sluice.api.v1alpha1.InferencePoolPolicySpec].
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
