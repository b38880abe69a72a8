// What the page of an article does; collected as one file.

import "./vote.js";
import "./mine.js";
import "./anchors.js";
import "./ids.js";
import "./menu.js";
import "./reply.js";
import "./post.js";
import "./receipts.js";
import "./drafts.js";
import "./unread.js";
import "./unread_next.js";
import "./live.js";
