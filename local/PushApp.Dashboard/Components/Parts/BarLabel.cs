using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace PushApp.Dashboard.Components.Parts;

/// <summary>A text in a drawing: Razor takes SVG's element of that name for its own.</summary>
public sealed class BarLabel : ComponentBase
{
    /// <summary>Where it is, as SVG says it.</summary>
    [Parameter, EditorRequired]
    public string X { get; set; } = "";

    /// <summary>How far from there.</summary>
    [Parameter]
    public string Dx { get; set; } = "6";

    /// <summary>It ends there.</summary>
    [Parameter]
    public bool AtEnd { get; set; }

    /// <summary>Its look.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>What it says.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "dx", Dx);
        builder.AddAttribute(3, "y", "19");
        builder.AddAttribute(4, "text-anchor", AtEnd ? "end" : null);
        builder.AddAttribute(5, "class", Class);
        builder.AddContent(6, Text);
        builder.CloseElement();
    }
}
