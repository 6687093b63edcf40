using Microsoft.AspNetCore.Http.HttpResults;
using PushApp.Contacts;

namespace PushApp.Web.Contacts;

/// <summary><c>?page=&amp;pageSize=</c> of a list.</summary>
/// <param name="Page">From 1; null is 1.</param>
/// <param name="PageSize">1 to <see cref="PageRequest.MaxSize"/>; null is <see cref="PageRequest.DefaultSize"/>.</param>
internal readonly record struct PageQuery(int? Page, int? PageSize)
{
    /// <summary>The page that is asked for, or what is wrong with the question.</summary>
    public bool TryGet(out PageRequest page, out ProblemHttpResult? problem)
    {
        page = new PageRequest(Page ?? 1, PageSize ?? PageRequest.DefaultSize);
        problem = page.Number < 1
            ? Problems.BadRequest($"'page' is {page.Number}; pages are counted from 1.")
            : page.Size is < 1 or > PageRequest.MaxSize
                ? Problems.BadRequest($"'pageSize' is {page.Size}; give a number from 1 to {PageRequest.MaxSize}.")
                : null;
        return problem is null;
    }
}
