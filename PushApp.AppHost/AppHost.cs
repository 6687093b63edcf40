using PushApp.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

builder.AddDeploymentTarget();
var redis = builder.AddBroker("redis");
var contacts = builder.AddContactsDatabase("contacts");

builder.AddProject<Projects.PushApp_ImportWorker>("worker")
    .WithReference(contacts)
    .WithReference(redis).WaitFor(redis)
    .WithAcknowledgement(redis)
    .WithPauseCommands()
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health");

builder.AddProject<Projects.PushApp_Web>("web")
    .WithReference(contacts)
    .WithReference(redis).WaitFor(redis)
    .WithAcknowledgement(redis)
    .WithTraceLinks()
    .WithTestEventCommand()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Site")
    .WithUrlForEndpoint("http", _ => new() { Url = "/chat", DisplayText = "Chat" })
    .WithUrlForEndpoint("http", _ => new() { Url = "/inspector", DisplayText = "Inspector" })
    .WithReplicas(2)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

builder.Build().Run();
