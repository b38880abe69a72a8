// What every page of a reader does; collected as one file.

import "./unread_lists.js";
