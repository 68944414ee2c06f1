using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>Where a page of a deployment's lists stands.</summary>
/// <param name="CursorNext">What to pass as <c>cursor</c> for the page after; null on the last.</param>
/// <param name="CursorPrev">The same for the page before; null on the first.</param>
/// <param name="TotalItems">How many there are under the filters, on all pages.</param>
public sealed record Pagination(
    [property: JsonPropertyName("cursor_next")] string? CursorNext,
    [property: JsonPropertyName("cursor_prev")] string? CursorPrev,
    [property: JsonPropertyName("total_items")] long TotalItems);

/// <summary>One page of <c>GET /api/deployments</c>.</summary>
public sealed record DeploymentPage(IReadOnlyList<DeploymentView> Deployments, Pagination Pagination);

/// <summary>One page of <c>GET /api/deployments/{id}/jobs</c>.</summary>
public sealed record DeploymentJobPage(IReadOnlyList<DeploymentJobView> Jobs, Pagination Pagination);

/// <summary>One page of <c>GET /api/deployments/{id}/revisions</c>.</summary>
public sealed record DeploymentRevisionPage(IReadOnlyList<DeploymentRevisionView> Revisions, Pagination Pagination);

/// <summary>One page of <c>GET /api/deployments/{id}/events</c>.</summary>
public sealed record DeploymentEventPage(IReadOnlyList<DeploymentEventView> Events, Pagination Pagination);

/// <summary>One page of <c>GET /api/deployments/{id}/tasks</c>.</summary>
public sealed record DeploymentTaskPage(IReadOnlyList<DeploymentTaskView> Tasks, Pagination Pagination);
