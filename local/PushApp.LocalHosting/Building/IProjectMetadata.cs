using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A project that the AppHost refers to; the classes in <c>Projects</c> are generated at build.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>The full path of its project file.</summary>
    string ProjectPath { get; }

    /// <summary>Whether it was built together with the AppHost.</summary>
    bool SuppressBuild => false;
}
