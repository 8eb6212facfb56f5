/// Names of models, targets, pools and endpoints.
///
/// Read first: [EndpointId], [PoolId], [Target].
@NullMarked
package dev.sluice.picker.identity;

import org.jspecify.annotations.NullMarked;
