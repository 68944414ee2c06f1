namespace Nosnet.Protocol.Tests;

public sealed class EndpointIdTests
{
    private static readonly JobAddress Job = JobAddress.Parse("3EwUexRdXedDk2EL72py5FQd9fG2aVR9trD3EqEbGCDu");

    [Theory]
    [InlineData(0, 80, "5LeohAXS2CsBKEgW7WPp6DcXuWyow4S4AgvddRv3jVEB")]
    [InlineData(0, 3000, "LUyn6L6ahWz8SnBze4vC4BMwaYmYaor2zCLVt49wn1SQ")]
    [InlineData(1, 8080, "4gY6iZ7XSdJqRdDj4ru2grhTAgwSHuKtyBsxFgQbZaWq")]
    [InlineData(0, 8080, "2bechSJhHxuDJExaTkP6buf9EtzDSNikLBqiEWczftdh")]
    [InlineData(2, 80, "3aog3NwAbkVUMUKZQRCBueVkPfBSkBCqqhzgjxUPWEpa")]
    public void The_id_of_a_port_is_the_one_that_official_clients_derive(int operation, int port, string id) =>
        EndpointId.Of(Job, operation, port).ShouldBe(id);

    [Fact]
    public void The_id_of_a_range_is_derived_from_its_text() =>
        EndpointId.Of(Job, 2, "9000-9010").ShouldBe("3mhCA4JyA5KyyQCvomRpdsSL7LxoEPtaCuVePo1nhCfh");

    [Theory]
    [InlineData("hello", 44, "47Fm3BJZQ62765jMZJH4m28hrDM7Szbj9CUmj4F4gnvy")]
    [InlineData("hello", 45, "47Fm3BJZQ62765jMZJH4m28hrDM7Szbj9CUmj4F4gnvyD")]
    [InlineData("", 44, "59dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBX")]
    public void The_hash_beneath_is_the_official_one(string text, int length, string hash) => EndpointId.Hash(text, length).ShouldBe(hash);

    [Fact]
    public void All_jobs_of_a_deployment_share_an_id()
    {
        var project = AccountAddress.Parse("4xj7Yy2F1mGxq3bXqfPrn9VpW8QNs1mJdHf1TYfQ9Kcz");

        EndpointId.DeploymentHash("DEPLOY123", project).ShouldBe("2adnHuakMP9TCWFuMbEuhV7j51XgRbGb1XdJik5AfpxZR");
        EndpointId.OfDeployment("DEPLOY123", project, "web").ShouldBe("4ffmpPR27oREqs3a7DnAMbYDp4pHrDpTugJeDkLJHWcu");
    }

    [Fact]
    public void Private_ids_are_longer_and_never_the_same()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => EndpointId.CreatePrivate()).ToArray();

        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => id.Length == EndpointId.PrivateLength);
    }

    [Fact]
    public void The_services_of_a_job_are_its_ports_under_the_places_of_their_operations()
    {
        var definition = new JobDefinition
        {
            Ops =
            [
                new ContainerRun("a") { Image = "i", Expose = 80 },
                new CreateVolume("b") { Name = "v" },
                new ContainerRun("c") { Image = "i", Expose = [new LiteralPort("%%ops.a.results.p%%"), new ExposedPort(80) { HealthChecks = [new HttpCheck("/")] }] },
                new ContainerRun("d") { Image = "i", Private = true },
            ],
        };

        ExposedService.IsPrivate(definition).ShouldBeFalse();
        ExposedService.Of(definition, Job).Select(service => (service.Id, service.OperationIndex, service.OperationId, service.Port.Port, service.HasHealthCheck)).ShouldBe(
        [
            ("5LeohAXS2CsBKEgW7WPp6DcXuWyow4S4AgvddRv3jVEB", 0, "a", 80, false),
            ("3aog3NwAbkVUMUKZQRCBueVkPfBSkBCqqhzgjxUPWEpa", 2, "c", 80, true),
        ]);
    }

    [Fact]
    public void One_private_operation_with_ports_hides_the_services_of_the_whole_job()
    {
        var definition = new JobDefinition
        {
            Ops = [new ContainerRun("a") { Image = "i", Expose = 80 }, new ContainerRun("b") { Image = "i", Expose = 81, Private = true }],
        };

        ExposedService.IsPrivate(definition).ShouldBeTrue();
        ExposedService.Of(definition, Job).ShouldBeEmpty();
    }
}
