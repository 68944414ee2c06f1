using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ExecutionPlanTests
{
    [Fact]
    public void Operations_without_groups_run_one_after_another() => Stages(("a", null), ("b", null), ("c", null)).ShouldBe("a / b / c");

    [Fact]
    public void Operations_of_one_group_are_one_stage_where_the_first_of_them_stands() =>
        Stages(("a", "x"), ("b", null), ("c", "x"), ("d", "y")).ShouldBe("a c / b / d");

    [Fact]
    public void An_operation_that_is_called_like_a_group_is_not_in_it() => Stages(("x", null), ("b", "x"), ("c", "x")).ShouldBe("x / b c");

    [Fact]
    public void Every_operation_knows_its_place_in_the_definition_and_the_name_of_its_stage()
    {
        var plan = Plan(("a", "x"), ("b", null), ("c", "x"));
        var places = plan.Operations.Select(operation => (operation.Index, operation.Operation.Id, operation.Group));
        places.ShouldBe([(0, "a", "x"), (1, "b", "b"), (2, "c", "x")]);
    }

    [Fact]
    public void Every_operation_knows_how_many_containers_may_run_beside_it()
    {
        var definition = new JobDefinition
        {
            Ops = [Grouped(new ContainerRun("a") { Image = "x" }), Grouped(new CreateVolume("v") { Name = "v" }), Grouped(new ContainerRun("b") { Image = "x" }), new ContainerRun("c") { Image = "x" }],
        };
        ExecutionPlan.Of(definition).Operations.Select(operation => operation.Containers).ShouldBe([2, 2, 2, 1]);

        static Operation Grouped(Operation operation) => operation with { Execution = new Execution { Group = "g" } };
    }

    private static string Stages(params (string Id, string? Group)[] operations) =>
        string.Join(" / ", Plan(operations).Stages.Select(stage => string.Join(' ', stage.Select(operation => operation.Operation.Id))));

    private static ExecutionPlan Plan(params (string Id, string? Group)[] operations) => ExecutionPlan.Of(new JobDefinition
    {
        Ops = [.. operations.Select(operation => new ContainerRun(operation.Id)
        {
            Image = "x",
            Execution = operation.Group is null ? null : new Execution { Group = operation.Group },
        })],
    });
}
